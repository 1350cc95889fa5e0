def render(folder): (folder/"report.html").write_text("x")
