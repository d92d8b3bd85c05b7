//! Integrands and boxes as text.
//!
//! Text is parsed into a tree, checked against a support (which fixes the
//! number of coordinates and the values of `lo`, `hi`, `volume` and `n`), and
//! then evaluated over any [`Real`](crate::Real): with f64 that is the
//! tree-walking interpreter of chapter 1, with [`Traced`](crate::Traced) it is
//! how text becomes a [`Tape`](crate::Tape).
//!
//! | written | means |
//! |---|---|
//! | `2`, `1.5e-3`, `pi`, `e` | numbers |
//! | `x0` or `x[0]` | a coordinate |
//! | `x`, `lo`, `hi`, `i` | vectors of length n: the point, the ends of the box, 0, 1, …, n−1 |
//! | `n`, `volume` | the number of coordinates, the volume of the box |
//! | `[1, x0, 2]` | a vector |
//! | `+ - * /`, `^`, unary `-` | arithmetic, elementwise on vectors; scalars broadcast |
//! | `< <= > >= == !=` | comparisons: 1 or 0 |
//! | `if(c, a, b)` | `a` where `c` ≠ 0, else `b` |
//! | `sqrt cbrt exp exp2 expm1 ln log2 log10 log1p` | functions of one number, as methods of [`Real`](crate::Real) |
//! | `sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh` | |
//! | `erf erfc norm_cdf norm_pdf norm_quantile gamma ln_gamma` | |
//! | `abs sign floor ceil round trunc` | |
//! | `pow(a, b)`, `hypot(a, b)`, `atan2(y, x)`, `mod(a, b)` | functions of two |
//! | `sum prod norm min max`, `dot(a, b)` | numbers made of vectors |
//! | `min(a, b)`, `max(a, b)` | the smaller, the larger of two |
//!
//! `a^k` with a constant whole |k| ≤ 32 is repeated multiplication
//! ([`Real::powi`](crate::Real::powi)): |k| − 1 ulps at most, where `pow(a, k)` has less than
//! one. `a^0.5` is `sqrt(a)`, and any other power is `pow(a, b)`. `-x^2` is −(x²), and `2^3^2`
//! is 2^(3²). `norm(v)^2` is evaluated as `dot(v, v)`, without the square root.
//!
//! All functions are defined for all finite arguments, within the bounds that
//! [`elementary`](crate::elementary) states: `sin`, `cos` and `tan` reduce the largest numbers
//! exactly, `mod` is rounded correctly for any quotient, and `norm` does not over- or
//! underflow where its value does not. Outside of a function's domain its value is NaN.
//!
//! Of two numbers, `min` and `max` leave out one that is NaN, as C's `fmin` does; so do those of
//! a vector. Of nothing but NaN they are NaN.

mod ast;
mod error;
mod evaluate;
mod formula;
mod functions;
mod lexer;
mod parser;
mod resolve;
mod size;
mod support;
mod tree;

pub use error::{ParseError, Span};
pub use formula::{Formula, parse_constant};
pub use support::SupportParseError;
