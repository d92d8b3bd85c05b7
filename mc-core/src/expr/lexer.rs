//! Text to tokens.

#![allow(
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "`at` and `len` are ends of characters that were just read"
)]

use super::error::{ParseError, Span};
use super::hints;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Number(f64),
    Name(String),
    /// An operator or a bracket.
    Symbol(&'static str),
    End,
}

/// The most tokens a text may have.
const MAX_TOKENS: usize = 100_000;

// Longer ones first.
const SYMBOLS: [&str; 18] =
    ["<=", ">=", "==", "!=", "<", ">", "+", "-", "*", "/", "^", "(", ")", "[", "]", ",", "−", "·"];

pub(super) fn tokens(text: &str) -> Result<Vec<(Token, Span)>, ParseError> {
    let mut tokens = Vec::new();
    let mut at = 0;
    loop {
        let rest = &text[at..];
        at += rest.len() - rest.trim_start().len();
        let rest = &text[at..];
        let Some(first) = rest.chars().next() else {
            tokens.push((Token::End, Span { start: text.len(), end: text.len() }));
            return Ok(tokens);
        };
        let (token, len) = if first.is_ascii_digit() || first == '.' {
            number(text, at)?
        } else if first.is_ascii_alphabetic() || first == '_' {
            let len = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            let len = len.unwrap_or(rest.len());
            (Token::Name(rest[..len].to_owned()), len)
        } else if let Some((sign, hint)) = hints::sign(rest) {
            let span = Span { start: at, end: at + sign.len() };
            let message = format!("`{sign}` does not belong in an expression: {hint}");
            return Err(ParseError::new(text, span, message));
        } else if let Some(symbol) = SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol)) {
            let plain = match *symbol {
                "−" => "-",
                "·" => "*",
                plain => plain,
            };
            (Token::Symbol(plain), symbol.len())
        } else {
            let span = Span { start: at, end: at + first.len_utf8() };
            let message = match first {
                '=' => "a single `=`: a comparison is `==`".to_owned(),
                '&' | '|' | '!' => {
                    format!("`{first}` is not an operator: multiply conditions, or use if(c, a, b)")
                }
                // The only two that would be escaped although they can be seen.
                '"' | '\'' => format!("`{first}` does not belong in an expression"),
                _ => format!("`{}` does not belong in an expression", first.escape_debug()),
            };
            return Err(ParseError::new(text, span, message));
        };
        tokens.push((token, Span { start: at, end: at + len }));
        if tokens.len() > MAX_TOKENS {
            let span = Span { start: at, end: at + len };
            let message = format!("the text is too long: at most {MAX_TOKENS} words and symbols");
            return Err(ParseError::new(text, span, message));
        }
        at += len;
    }
}

/// Digits, a point, more digits, an exponent; what a number may not be followed by.
fn number(text: &str, at: usize) -> Result<(Token, usize), ParseError> {
    let bytes = &text.as_bytes()[at..];
    let digits = |from: usize| {
        from + bytes[from.min(bytes.len())..].iter().take_while(|b| b.is_ascii_digit()).count()
    };
    let mut len = digits(0);
    if bytes.get(len) == Some(&b'.') {
        len = digits(len + 1);
    }
    if matches!(bytes.get(len), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(len + 1), Some(b'+' | b'-')));
        let end = digits(len + 1 + sign);
        if end > len + 1 + sign {
            len = end;
        }
    }
    let extra = bytes[len..]
        .iter()
        .take_while(|b| b.is_ascii_alphanumeric() || **b == b'.' || **b == b'_')
        .count();
    let span = Span { start: at, end: at + len + extra };
    let written = &text[at..at + len];
    if extra > 0 {
        let whole = &text[at..at + len + extra];
        let hint = hints::behind_a_number(&whole[len..]);
        return Err(ParseError::new(text, span, format!("`{whole}` is not a number{hint}")));
    }
    match written.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok((Token::Number(value), len)),
        Ok(_) => Err(ParseError::new(text, span, "the number is too large: at most about 1.8e308")),
        Err(_) => Err(ParseError::new(
            text,
            span,
            format!("`{written}` is not a number, such as 1.5 or 1e-3"),
        )),
    }
}
