# copydesk in a container: docker build -t copydesk . && docker run --rm -v "$PWD:/work" copydesk check scraped.jsonl
FROM python:3.13-slim AS build
WORKDIR /source
COPY pyproject.toml README.md LICENSE ./
COPY checks checks
COPY expectations expectations
COPY reports/templates reports/templates
COPY reports/texts reports/texts
COPY src src
RUN python -m venv /opt/copydesk && /opt/copydesk/bin/pip install --no-cache-dir --no-compile .

FROM python:3.13-slim
COPY --from=build /opt/copydesk /opt/copydesk
# No rights beyond the mounted folder. `docker run --user "$(id -u):$(id -g)"` writes reports as yourself; HOME is for the answers
# that --online keeps.
RUN useradd --create-home --uid 1000 desk
ENV PATH=/opt/copydesk/bin:$PATH PYTHONDONTWRITEBYTECODE=1 HOME=/tmp
USER desk
WORKDIR /work
ENTRYPOINT ["copydesk"]
CMD ["--help"]
