//! Code for reading: LLVM's text, with the steps of the loop as comments.

use std::collections::HashMap;
use std::fmt::Write as _;

use crate::cpu::Cpu;
use crate::emit::notes::Note;

/// Where the comment beside an instruction begins.
const COLUMN: usize = 64;

/// LLVM IR: a line before each run of instructions that belong to one step.
pub(crate) fn ir(text: &str, about: &str) -> String {
    let notes: HashMap<&str, Note> = text.lines().filter_map(location).collect();
    let mut out = comment(about, ";");
    let mut current = None;
    for line in text.lines() {
        // What says where instructions belong is not code.
        if line.starts_with('!') || line.starts_with("source_filename") {
            continue;
        }
        let (code, place) = match line.split_once(", !dbg ") {
            // How often a branch is taken stands behind the place.
            Some((code, place)) => {
                let place = place.split(',').next().unwrap_or_default();
                (code, notes.get(place.trim()).copied())
            }
            None => (line, None),
        };
        // The name of a function's place stands before its brace.
        let code = match code.split_once(" !dbg ") {
            Some((head, _)) => format!("{head} {{"),
            None => without_features(code),
        };
        if let Some(note) = place.filter(|note| current != Some(*note)) {
            let _ = writeln!(out, "  ; {}", note.caption());
        }
        // A label begins a block: its first step is named again.
        current = if code.starts_with("  ") { place.or(current) } else { None };
        out.push_str(&code);
        out.push('\n');
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

/// All that a CPU has and lacks is a line of two thousand characters.
fn without_features(line: &str) -> String {
    const FEATURES: &str = "\"target-features\"=\"";
    match line.split_once(FEATURES) {
        Some((head, rest)) => match rest.split_once('"') {
            Some((features, tail)) if !features.is_empty() => format!("{head}{FEATURES}…\"{tail}"),
            _ => line.to_owned(),
        },
        None => line.to_owned(),
    }
}

/// `!7 = !DILocation(line: 3, …)`: the name, and the step of the line.
fn location(line: &str) -> Option<(&str, Note)> {
    let (name, rest) = line.split_once(" = !DILocation(line: ")?;
    let digits = rest.split(|c: char| !c.is_ascii_digit()).next()?;
    Some((name, Note::at_line(digits.parse().ok()?)?))
}

/// Assembly: beside each instruction, the step that it belongs to.
pub(crate) fn assembly(text: &str, about: &str, notes: &[Note], cpu: &Cpu) -> String {
    let mark = if cpu.triple.starts_with("aarch64") { "//" } else { "#" };
    let mut out = comment(about, mark);
    let _ = writeln!(out, "{mark}");
    let _ = writeln!(out, "{mark} {}, {} ({})", cpu.triple, cpu.name, cpu.simd);
    let _ = writeln!(out, "{mark} Beside each instruction is its step:");
    for note in notes {
        let _ = writeln!(out, "{mark}   {:<17}{}", note.label(), note.caption());
    }
    let mut current = None;
    for line in text.lines() {
        let words = line.trim_start();
        if words.starts_with(".section") && words.contains("debug") {
            break;
        }
        if let Some(place) = words.strip_prefix(".loc") {
            let line = place.split_whitespace().nth(1).and_then(|line| line.parse().ok());
            current = line.and_then(Note::at_line);
        } else if is_bookkeeping(words) {
        } else if let (true, Some(note)) = (is_instruction(line), current) {
            let code = line.replace('\t', "    ");
            let (code, words) = code.split_once(mark).unwrap_or((&code, ""));
            // LLVM says where a register is put aside, and where it is taken back.
            let aside = [" Spill", " Reload"].into_iter().find(|word| words.contains(word));
            let (code, aside) = (code.trim_end(), aside.unwrap_or_default().to_lowercase());
            let _ = writeln!(out, "{code:<COLUMN$}{mark} {}{aside}", note.label());
        } else if !words.starts_with(mark) || line.starts_with(mark) {
            let _ = writeln!(out, "{}", line.replace('\t', "    ").trim_end());
        }
    }
    out
}

/// Lines that say where code came from or how to unwind it.
fn is_bookkeeping(words: &str) -> bool {
    let labels = [".Ltmp", ".Lfunc_begin", ".Lfunc_end"];
    [".file", ".cfi", ".addrsig"].iter().any(|word| words.starts_with(word))
        || labels.iter().any(|label| words.starts_with(label))
}

fn is_instruction(line: &str) -> bool {
    let words = line.trim_start();
    line.starts_with('\t') && words.starts_with(|first: char| first.is_ascii_lowercase())
}

fn comment(about: &str, mark: &str) -> String {
    about.lines().map(|line| format!("{mark} {line}").trim_end().to_owned() + "\n").collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_become_comments() {
        let text = "define void @f() !dbg !2 {\nentry:\n  %a = add i64 1, 2, !dbg !5\n  \
                    %b = add i64 1, 2, !dbg !5\n  ret void, !dbg !6\n}\n\
                    !5 = !DILocation(line: 5, scope: !2)\n!6 = !DILocation(line: 7, scope: !2)\n";
        assert_eq!(
            ir(text, "f()\n\nAbout it."),
            "; f()\n;\n; About it.\ndefine void @f() {\nentry:\n  ; Evaluate h = f·g there.\n  \
             %a = add i64 1, 2\n  %b = add i64 1, 2\n  ; Store the result.\n  ret void\n}\n"
        );
    }

    #[test]
    fn instructions_have_their_step_beside_them() {
        let text = "f:\n.Ltmp0:\n\t.loc\t1 2 0\n\tvpaddq\t%zmm1, %zmm2, %zmm3  # x\n\t\t# more\n\t.p2align\t4\n\
                    \t.section\t.debug_abbrev\n\tnothing\n";
        let text = assembly(text, "f()", Note::RANDOM, &Cpu::detect().with(crate::Simd::Avx512));
        let code = text.split_once("f:\n").unwrap().1;
        let (instruction, rest) = code.split_once('\n').unwrap();
        assert!(instruction.starts_with("    vpaddq    %zmm1, %zmm2, %zmm3   "), "{instruction}");
        assert!(instruction.ends_with(" # draw: word"), "{instruction}");
        assert_eq!(rest, "    .p2align    4\n");
    }
}
