//! Boxes as text: `-1:1,0:1^3`.

#![allow(
    clippy::string_slice,
    reason = "`split` cuts at ASCII characters, of which the spans are the ends"
)]

use std::str::FromStr;

use super::error::{ParseError, Span};
use super::formula::parse_constant;
use crate::support::{Interval, MAX_DIMS, Support, SupportError};

/// Why the text of a support is refused.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SupportParseError {
    /// It is not of the form `lo:hi` or `lo:hi^k`, separated by commas.
    #[error("{0}")]
    Syntax(ParseError),
    /// A side is not an interval.
    #[error("in side {place} of the support, `{side}`: {source}")]
    Side {
        /// Which part between commas, from 1.
        place: usize,
        /// The part.
        side: String,
        /// What is wrong with it.
        source: SupportError,
    },
}

/// Comma-separated `lo:hi`, or `lo:hi^k` for k equal sides. The ends may be
/// constant expressions, `0:2*pi`; a power in an end stands in brackets,
/// `0:(2^3)`.
///
/// ```
/// use mc_core::Support;
///
/// let support: Support = "-1:1,0:2*pi^3".parse()?;
/// assert_eq!(support.dims(), 4);
/// assert!("1:0".parse::<Support>().is_err());
/// # Ok::<(), mc_core::SupportParseError>(())
/// ```
impl FromStr for Support {
    type Err = SupportParseError;

    fn from_str(text: &str) -> Result<Self, SupportParseError> {
        let mut sides = Vec::new();
        for (k, part) in split(text, ',').into_iter().enumerate() {
            let (interval, times) = side(text, part)?;
            let side = || text[part.start..part.end].trim().to_owned();
            let wrong = |source| SupportParseError::Side { place: k + 1, side: side(), source };
            let interval = Interval::new(interval.0, interval.1).map_err(wrong)?;
            let dims = sides.len() as u64 + times;
            if dims > MAX_DIMS as u64 {
                return Err(wrong(SupportError::TooManySides { dims }));
            }
            sides.resize(dims as usize, interval);
        }
        Self::new(sides).map_err(|source| SupportParseError::Side {
            place: 1,
            side: text.to_owned(),
            source,
        })
    }
}

/// The parts of `text` between separators that stand in no bracket.
fn split(text: &str, separator: char) -> Vec<Span> {
    let mut parts = Vec::new();
    let (mut start, mut depth) = (0, 0usize);
    for (at, c) in text.char_indices() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            _ if c == separator && depth == 0 => {
                parts.push(Span { start, end: at });
                start = at + c.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(Span { start, end: text.len() });
    parts
}

/// `lo:hi` or `lo:hi^k`: the ends, and k.
fn side(text: &str, part: Span) -> Result<((f64, f64), u64), SupportParseError> {
    let error = |span, message: &str| {
        SupportParseError::Syntax(ParseError::new(text, span, message.to_owned()))
    };
    let within = |span: Span| Span { start: part.start + span.start, end: part.start + span.end };
    let written = &text[part.start..part.end];
    if written.trim().is_empty() {
        return Err(error(part, "a side `lo:hi` was expected here, such as 0:1"));
    }
    let ends: Vec<Span> = split(written, ':').into_iter().map(within).collect();
    let [lo, hi] = ends[..] else {
        return Err(error(part, "a side must have the form `lo:hi` or `lo:hi^k`, such as 0:1^3"));
    };
    let (mut hi_end, mut times) = (hi, 1);
    if let [_, .., last] = split(&text[hi.start..hi.end], '^')[..] {
        let last = Span { start: hi.start + last.start, end: hi.end };
        times = match text[last.start..last.end].trim().parse() {
            Ok(0) | Err(_) => {
                return Err(error(
                    last,
                    "after `^` a whole number of equal sides, at least 1, was expected; a power in \
                     an end stands in brackets, as in 0:(2^3)",
                ));
            }
            Ok(times) => times,
        };
        hi_end = Span { start: hi.start, end: last.start - 1 };
    }
    let value = |span: Span| {
        parse_constant(&text[span.start..span.end]).map_err(|inner| {
            let at =
                Span { start: span.start + inner.span().start, end: span.start + inner.span().end };
            SupportParseError::Syntax(ParseError::new(text, at, inner.message()))
        })
    };
    Ok(((value(lo)?, value(hi_end)?), times))
}
