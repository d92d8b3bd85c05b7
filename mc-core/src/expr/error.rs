//! What is wrong with a text, and where.

#![allow(clippy::string_slice, reason = "spans are those of tokens of this text")]

use std::fmt;

/// A range of bytes of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    pub(super) fn to(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// A text that cannot be understood.
///
/// Displayed, it names the offending part and its column, says what would be
/// right, and points at the place on two more lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    text: String,
    span: Span,
    message: String,
}

impl ParseError {
    pub(super) fn new(text: &str, span: Span, message: impl Into<String>) -> Self {
        Self { text: text.to_owned(), span, message: message.into() }
    }

    /// Where in the text.
    pub fn span(&self) -> Span {
        self.span
    }

    /// What is wrong and what would be right, without the place.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The column of the offending part, counted in characters from 1.
    pub fn column(&self) -> usize {
        self.text[..self.span.start].chars().count() + 1
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// The most characters shown on each side of the place.
        const AROUND: usize = 60;
        let (before, rest) = self.text.split_at(self.span.start);
        let (there, after) = rest.split_at(self.span.end - self.span.start);
        writeln!(f, "column {}: {}", self.column(), self.message)?;
        let skipped = before.chars().count().saturating_sub(AROUND);
        let flat = |c: char| if c.is_control() { ' ' } else { c };
        let before: String = before.chars().skip(skipped).map(flat).collect();
        let shown: String = there.chars().take(AROUND).map(flat).collect();
        let after: String = after.chars().take(AROUND - shown.chars().count()).map(flat).collect();
        writeln!(f, "    {before}{shown}{after}")?;
        let carets = "^".repeat(shown.chars().count().max(1));
        write!(f, "    {:width$}{carets}", "", width = before.chars().count())
    }
}

impl std::error::Error for ParseError {}
