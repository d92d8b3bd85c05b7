//! What every program begins with.

use std::fmt::Write;

use mc_core::{Precision, Problem};

use super::shape::Shape;
use super::text;

/// Comment, pragmas and types.
pub(super) fn head(problem: &Problem, what: &str, shape: Shape) -> String {
    let mut text = format!("// {what}\n// Points have {} coordinates", problem.dims());
    if let Some(f) = problem.f().formula() {
        let g = problem.g().and_then(|g| g.formula());
        let g = g.map_or("uniform", |g| g.text());
        let _ = write!(text, "; f = {}, g = {}", text::comment(f.text()), text::comment(g));
    }
    text.push_str("\n\n");
    text.push_str(&types(shape));
    text
}

/// Pragmas, and the types that all else is written in.
pub(super) fn types(shape: Shape) -> String {
    let Shape { lanes, precision, .. } = shape;
    let mut text = String::new();
    if precision == Precision::F64 {
        text.push_str("#pragma OPENCL EXTENSION cl_khr_fp64 : enable\n");
    }
    text.push_str(
        "// a * b + c stays two roundings; fma is written where it is meant.\n\
         #pragma OPENCL FP_CONTRACT OFF\n\
         #define INLINE static inline __attribute__((always_inline))\n\n",
    );
    let (scalar, bit, fraction, bias) = match precision {
        Precision::F64 => ("double", "ulong", 52, 1023),
        Precision::F32 => ("float", "uint", 23, 127),
    };
    let vector = if lanes == 1 { String::new() } else { lanes.to_string() };
    let numbers: Vec<_> = (0..lanes).map(|lane| lane.to_string()).collect();
    let store = match lanes {
        1 => "*(to) = (value)".to_owned(),
        _ => format!("vstore{lanes}(value, 0, to)"),
    };
    let load = match lanes {
        1 => "*(from)".to_owned(),
        _ => format!("vload{lanes}(0, from)"),
    };
    let to_bits = match precision {
        // They are of the same size already.
        Precision::F64 => "(value)".to_owned(),
        Precision::F32 => format!("convert_{bit}{vector}(value)"),
    };
    let _ = write!(
        text,
        "// A number, its bits, and 64 random bits: one for each lane.\n\
         #define LANES {lanes}\n\
         typedef {scalar} scalar;\n\
         typedef {bit} bit;\n\
         typedef {scalar}{vector} real;\n\
         typedef {bit}{vector} bits;\n\
         typedef ulong{vector} word;\n\
         #define FRACTION {fraction}\n\
         #define BIAS {bias}\n\
         #define as_real as_{scalar}{vector}\n\
         #define as_bits as_{bit}{vector}\n\
         #define to_bits(value) {to_bits}\n\
         #define as_scalar as_{scalar}\n\
         #define as_bit as_{bit}\n\
         #define LANE ((word)({}))\n\
         #define store_lanes(value, to) {store}\n\
         #define load_lanes(from) {load}\n",
        numbers.join(", ")
    );
    text
}
