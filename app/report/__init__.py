"""What is said about results, and how: documents for programs, tables, text, web page, paper, workbook."""
