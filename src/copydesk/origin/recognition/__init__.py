"""What a page behind a URL is, and whether it carries the article."""
