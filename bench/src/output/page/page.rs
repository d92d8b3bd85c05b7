//! The page: what is said around pictures and tables.

use super::sections::throughput::ranked;
use super::sections::{self, time};
use crate::numbers::{distance, duration, grouped, three_digits, value_with_error};
use crate::output::chart::{ChartError, uses_many};
use crate::results::Comparison;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use mc_core::Short;

const PAGE_STYLE: &str = include_str!("page.css");
const CHART_STYLE: &str = include_str!("../chart/chart.css");

/// The whole page.
pub fn page(document: &Comparison) -> Result<String, ChartError> {
    let sections: Vec<_> =
        sections::ALL.iter().map(|section| section(document)).collect::<Result<_, _>>()?;
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "One estimate by every technique" }
                style { (PreEscaped(PAGE_STYLE)) (PreEscaped(CHART_STYLE)) }
            }
            body {
                (head(document))
                main {
                    @for section in &sections { (section) }
                    (again(document))
                }
            }
        }
    };
    Ok(page.into_string())
}

/// What was asked, by whom, and what came out, in a few numbers.
fn head(document: &Comparison) -> Markup {
    let Comparison { f, g, support, dims, truth, made, host, .. } = document;
    let ranked = ranked(document);
    let available: Vec<_> = document.rows.iter().filter(|row| row.estimate.is_some()).collect();
    let equal = available.iter().filter(|row| row.same_bits == Some(true)).count();
    let compared = available.iter().filter(|row| row.same_bits.is_some()).count();
    let value = document.largest().iter().find_map(|row| Some((row.estimate?, row.std_error?)));
    let one_core = ranked.iter().filter(|row| !uses_many(&row.technique));
    let nearest = one_core.filter_map(|row| match document.bound {
        Some(_) => Some((row.share_of_bound?, &row.technique)),
        None => Some((row.share_of_by_hand?, &row.technique)),
    });
    let nearest = nearest.max_by(|a, b| a.0.total_cmp(&b.0));
    html! {
        header {
            h1 { "How fast can this Monte Carlo estimate be made?" }
            p {
                "The integral of f·g with f = " code { (f) } " and g = " code { (g) } " over " code { (support) }
                " (n = " (dims) ")" @if let Some(truth) = truth { ", which is " (Short(*truth)) } ". Every technique draws "
                "the same sample from seed " (document.seed) ", so the bits of their answers can be compared."
            }
            p.soft {
                (made.at) " · " (host) " · " (document.workers) " workers"
            }
            @if let Some(note) = &made.note { p.bad { (note) } }
            @if let Some(busy) = &document.busy { p.bad { (busy) } }
            dl.facts {
                @if let Some(row) = ranked.first() { div {
                    dt { "fastest at M = " (grouped(row.samples)) }
                    dd { (row.technique) small {
                        @if let Some(seconds) = row.seconds { (duration(seconds.median)) " a run" }
                        @if let Some(speedup) = row.speedup { ", " (three_digits(speedup)) " × the serial loop" }
                    } }
                } }
                @if let Some((share, technique)) = nearest { div {
                    dt {
                        @if document.bound.is_some() { "nearest to the port bound" }
                        @else { "fastest on one core" }
                    }
                    dd { (three_digits(100.0 * share)) " %" small {
                        (technique)
                        @if document.bound.is_some() { " against what a core can do" }
                        @else { " against vector code by hand" }
                    } }
                } }
                div {
                    dt { "same bits as the serial loop" }
                    dd { (equal) " of " (compared) small {
                        @if document.same_bits { "estimates and variances, in every bit" }
                        @else { "there is a defect: see the marked rows" }
                    } }
                }
                @if let Some((value, error)) = value { div {
                    dt { "estimate" }
                    dd { (value_with_error(value, error)) small {
                        @if let Some(truth) = truth { (distance((value - truth).abs() / error)) " standard errors from the truth" }
                        @else { "the digits in brackets are its error" }
                    } }
                } }
            }
        }
    }
}

fn again(document: &Comparison) -> Markup {
    let made = &document.made;
    html! {
        section id="again" {
            h2 { "Do it again" }
            p {
                "With Rust and nothing else; what is missing is found and installed on request. On the same kind of "
                "machine the times will be near these; on any machine the estimates have the same bits."
            }
            pre { code { (made.command) } }
            p.soft {
                "Made " (made.at) " by version " (document.host.version)
                @if let Some(commit) = &made.commit { ", commit " (commit) }
                ", on " (document.host.cpu) " with " (document.host.cores) " usable cores, " (document.host.simd) ", "
                (document.host.system) "."
            }
        }
    }
}

/// The picture of times as a file of its own, for a README.
pub fn picture(document: &Comparison) -> Result<Option<String>, ChartError> {
    Ok(time::overview(document)?.map(|picture| picture.file(CHART_STYLE)))
}
