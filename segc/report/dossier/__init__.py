"""The report of a plant: one document (segc/report/1), and HTML and Markdown made from it.

    plant --gather--> document --sections--> blocks --html--> report.html
                         |                      +---markdown--> report.md
                         +--> report.json

What it says is decided in `gather` and below; `sections` puts it into words and
tables once, so that neither format can say less than the other.
"""
