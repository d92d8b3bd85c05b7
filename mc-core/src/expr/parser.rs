//! Tokens to a tree, by recursive descent.

#![allow(
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "`at` never passes the last token, which is the end, and is above 0 once one was taken; spans are those of tokens of this text"
)]

use super::ast::{Ast, Comparison, Kind};
use super::error::{ParseError, Span};
use super::functions::is_function;
use super::hints;
use super::lexer::{Token, tokens};
use crate::tape::Binary;

/// How deep brackets, signs and powers may nest.
const MAX_DEPTH: usize = 200;

pub(super) fn parse(text: &str) -> Result<Ast, ParseError> {
    let mut parser = Parser { text, tokens: tokens(text)?, at: 0, depth: 0 };
    let ast = parser.comparison()?;
    match parser.peek() {
        Token::End => Ok(ast),
        Token::Symbol("," | ")" | "]") => {
            Err(parser.error("this has no opening bracket before it"))
        }
        _ => Err(parser.expected("an operator such as + - * / ^")),
    }
}

struct Parser<'t> {
    text: &'t str,
    tokens: Vec<(Token, Span)>,
    at: usize,
    depth: usize,
}

impl Parser<'_> {
    fn peek(&self) -> &Token {
        &self.tokens[self.at].0
    }

    fn span(&self) -> Span {
        self.tokens[self.at].1
    }

    fn next(&mut self) -> (Token, Span) {
        let token = self.tokens[self.at].clone();
        // The last token is End, and stays.
        self.at = (self.at + 1).min(self.tokens.len() - 1);
        token
    }

    fn take(&mut self, symbol: &str) -> bool {
        let there = matches!(self.peek(), Token::Symbol(s) if *s == symbol);
        if there {
            self.next();
        }
        there
    }

    fn error(&self, message: impl Into<String>) -> ParseError {
        ParseError::new(self.text, self.span(), message)
    }

    fn expected(&self, what: &str) -> ParseError {
        let found = match self.peek() {
            Token::End if self.text.trim().is_empty() => "the text is empty".to_owned(),
            Token::End => "the text ends here".to_owned(),
            _ => format!("found `{}`", &self.text[self.span().start..self.span().end]),
        };
        let hint = match self.peek() {
            Token::Name(word) => hints::operator(word),
            _ => None,
        };
        let hint = hint.map(|hint| format!("; {hint}")).unwrap_or_default();
        self.error(format!("{found}, where {what} was expected{hint}"))
    }

    fn close(&mut self, symbol: &str) -> Result<(), ParseError> {
        if self.take(symbol) { Ok(()) } else { Err(self.expected(&format!("`{symbol}`"))) }
    }

    /// One level deeper, to a limit that keeps the stack safe.
    fn deeper<R>(
        &mut self,
        parse: impl FnOnce(&mut Self) -> Result<R, ParseError>,
    ) -> Result<R, ParseError> {
        if self.depth == MAX_DEPTH {
            return Err(self.error(format!("nested too deep: at most {MAX_DEPTH} levels")));
        }
        self.depth += 1;
        let result = parse(self);
        self.depth -= 1;
        result
    }

    fn comparison(&mut self) -> Result<Ast, ParseError> {
        let left = self.sum()?;
        let comparison = match self.peek() {
            Token::Symbol("<") => Comparison::Less,
            Token::Symbol("<=") => Comparison::LessEqual,
            Token::Symbol(">") => Comparison::Greater,
            Token::Symbol(">=") => Comparison::GreaterEqual,
            Token::Symbol("==") => Comparison::Equal,
            Token::Symbol("!=") => Comparison::NotEqual,
            _ => return Ok(left),
        };
        self.next();
        let right = self.sum()?;
        if matches!(self.peek(), Token::Symbol("<" | "<=" | ">" | ">=" | "==" | "!=")) {
            return Err(self.error("comparisons do not chain: write (a < b) * (b < c)"));
        }
        let span = left.span.to(right.span);
        Ok(Ast { span, kind: Kind::Compare(comparison, left.into(), right.into()) })
    }

    fn sum(&mut self) -> Result<Ast, ParseError> {
        self.chain(&[("+", Binary::Add), ("-", Binary::Sub)], Self::product)
    }

    fn product(&mut self) -> Result<Ast, ParseError> {
        self.chain(&[("*", Binary::Mul), ("/", Binary::Div)], Self::signed)
    }

    fn chain(
        &mut self,
        operators: &[(&str, Binary)],
        operand: fn(&mut Self) -> Result<Ast, ParseError>,
    ) -> Result<Ast, ParseError> {
        let first = operand(self)?;
        let mut rest = Vec::new();
        while let Some(&(_, op)) = operators.iter().find(|(symbol, _)| self.take(symbol)) {
            rest.push((op, operand(self)?));
        }
        let Some((_, last)) = rest.last() else {
            return Ok(first);
        };
        let span = first.span.to(last.span);
        Ok(Ast { span, kind: Kind::Chain(first.into(), rest) })
    }

    fn signed(&mut self) -> Result<Ast, ParseError> {
        let start = self.span();
        if self.take("-") {
            let operand = self.deeper(Self::signed)?;
            return Ok(Ast { span: start.to(operand.span), kind: Kind::Neg(operand.into()) });
        }
        if self.take("+") {
            return self.deeper(Self::signed);
        }
        self.power()
    }

    fn power(&mut self) -> Result<Ast, ParseError> {
        let base = self.indexed()?;
        if !self.take("^") {
            return Ok(base);
        }
        let exponent = self.deeper(Self::signed)?;
        let span = base.span.to(exponent.span);
        Ok(Ast { span, kind: Kind::Power(base.into(), exponent.into()) })
    }

    fn indexed(&mut self) -> Result<Ast, ParseError> {
        let mut ast = self.primary()?;
        let mut opened = 0;
        while self.take("[") {
            opened += 1;
            if self.depth + opened > MAX_DEPTH {
                return Err(self.error(format!("nested too deep: at most {MAX_DEPTH} levels")));
            }
            let index = self.deeper(Self::comparison)?;
            let end = self.span();
            self.close("]")?;
            let span = ast.span.to(end);
            ast = Ast { span, kind: Kind::Index(ast.into(), index.into()) };
        }
        Ok(ast)
    }

    fn primary(&mut self) -> Result<Ast, ParseError> {
        let start = self.span();
        match self.peek().clone() {
            Token::Number(value) => {
                self.next();
                Ok(Ast { span: start, kind: Kind::Number(value) })
            }
            Token::Name(name) => {
                self.next();
                if !self.take("(") {
                    let argument = matches!(self.peek(), Token::Number(_) | Token::Name(_));
                    if argument && is_function(&name) {
                        let message = format!("`{name}` is a function: write {name}(…)");
                        return Err(ParseError::new(self.text, start, message));
                    }
                    if let (true, "not", Some(hint)) = (argument, &*name, hints::operator(&name)) {
                        let message = format!("`not` is not an operator; {hint}");
                        return Err(ParseError::new(self.text, start, message));
                    }
                    return Ok(Ast { span: start, kind: Kind::Name(name) });
                }
                let arguments = self.list(")")?;
                let span = start.to(self.tokens[self.at - 1].1);
                Ok(Ast { span, kind: Kind::Call(name, arguments) })
            }
            Token::Symbol("(") => {
                self.next();
                let inner = self.deeper(Self::comparison)?;
                let end = self.span();
                self.close(")")?;
                Ok(Ast { span: start.to(end), ..inner })
            }
            Token::Symbol("[") => {
                self.next();
                let entries = self.list("]")?;
                let span = start.to(self.tokens[self.at - 1].1);
                Ok(Ast { span, kind: Kind::List(entries) })
            }
            _ => Err(self.expected("a number, a name or a bracket")),
        }
    }

    fn list(&mut self, close: &str) -> Result<Vec<Ast>, ParseError> {
        let mut entries = Vec::new();
        if self.take(close) {
            return Ok(entries);
        }
        loop {
            entries.push(self.deeper(Self::comparison)?);
            if self.take(close) {
                return Ok(entries);
            }
            if !self.take(",") {
                return Err(self.expected(&format!("`,` or `{close}`")));
            }
        }
    }
}
