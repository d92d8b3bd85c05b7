//! The words of a source, without what does not count.

/// The words and marks of `text`: names, `::`, and all else a character each. Comments, numbers,
/// strings, characters and lifetimes are left out.
pub fn tokens(text: &str) -> Vec<String> {
    let text: Vec<char> = text.chars().collect();
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let at = |k: usize| text.get(k).copied().unwrap_or('\0');
    let mut tokens = Vec::new();
    let mut k = 0;
    while k < text.len() {
        match at(k) {
            c if c.is_whitespace() => k += 1,
            '/' if at(k + 1) == '/' => {
                while k < text.len() && at(k) != '\n' {
                    k += 1;
                }
            }
            '/' if at(k + 1) == '*' => k = after_comment(&text, k),
            '"' => k = after_string(&text, k),
            '\'' if at(k + 1) == '\\' => {
                k += 3;
                while k < text.len() && at(k) != '\'' {
                    k += 1;
                }
                k += 1;
            }
            '\'' if at(k + 2) == '\'' => k += 3,
            '\'' => {
                k += 1;
                while is_word(at(k)) {
                    k += 1;
                }
            }
            ':' if at(k + 1) == ':' => {
                tokens.push("::".to_owned());
                k += 2;
            }
            c if is_word(c) => {
                let start = k;
                while is_word(at(k)) {
                    k += 1;
                }
                let word: String = text[start..k].iter().collect();
                let is = |words: &[&str]| words.contains(&word.as_str());
                let hashes = text[k..].iter().take_while(|&&c| c == '#').count();
                if is(&["r", "br", "cr"]) && at(k + hashes) == '"' {
                    k = after_raw_string(&text, k + hashes, hashes);
                } else if is(&["b", "c"]) && at(k) == '"' {
                    k = after_string(&text, k);
                } else if !c.is_numeric() {
                    tokens.push(word);
                }
            }
            c => {
                tokens.push(c.to_string());
                k += 1;
            }
        }
    }
    tokens
}

/// Where the comment that begins at `k` has ended; comments nest.
fn after_comment(text: &[char], mut k: usize) -> usize {
    let mut depth = 0;
    while k < text.len() {
        match text[k..] {
            ['/', '*', ..] => (depth, k) = (depth + 1, k + 2),
            ['*', '/', ..] => (depth, k) = (depth - 1, k + 2),
            _ => k += 1,
        }
        if depth == 0 {
            break;
        }
    }
    k
}

/// Where the string that begins at `k` has ended.
fn after_string(text: &[char], mut k: usize) -> usize {
    k += 1;
    while k < text.len() && text[k] != '"' {
        k += if text[k] == '\\' { 2 } else { 1 };
    }
    k + 1
}

/// The same of a raw string, with as many `#` around it.
fn after_raw_string(text: &[char], mut k: usize, hashes: usize) -> usize {
    k += 1;
    while k < text.len() {
        let end =
            text[k] == '"' && text[k + 1..].iter().take_while(|&&c| c == '#').count() >= hashes;
        k += 1;
        if end {
            return k + hashes;
        }
    }
    k
}

/// The end of the item that begins at `k`: behind its `;`, or behind its block in braces.
pub fn item_end(tokens: &[String], mut k: usize) -> usize {
    // A constant's value may have braces, and goes on behind them.
    let word = |k: usize| tokens.get(k).map(String::as_str);
    let start = after_visibility(tokens, k);
    let to_semicolon = match word(start) {
        Some("use" | "static" | "type") => true,
        Some("const") => !matches!(word(start + 1), Some("fn" | "unsafe" | "extern" | "async")),
        _ => false,
    };
    let mut depth = 0_usize;
    while k < tokens.len() {
        match tokens[k].as_str() {
            "{" | "(" | "[" => depth += 1,
            mark @ ("}" | ")" | "]") => {
                if depth == 0 {
                    return k;
                }
                depth -= 1;
                if depth == 0 && mark == "}" && !to_semicolon {
                    return k + 1;
                }
            }
            ";" if depth == 0 => return k + 1,
            _ => {}
        }
        k += 1;
    }
    k
}

/// Behind `pub` or `pub(…)`, if that is at `k`.
pub fn after_visibility(tokens: &[String], k: usize) -> usize {
    let is = |k: usize, mark: &str| tokens.get(k).is_some_and(|token| token == mark);
    match (is(k, "pub"), is(k + 1, "(")) {
        (false, _) => k,
        (true, false) => k + 1,
        (true, true) => after_group(tokens, k + 1),
    }
}

/// Behind the group whose opening bracket is at `k`.
pub fn after_group(tokens: &[String], mut k: usize) -> usize {
    let mut depth = 0;
    while k < tokens.len() {
        match tokens[k].as_str() {
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => depth -= 1,
            _ => {}
        }
        k += 1;
        if depth == 0 {
            break;
        }
    }
    k
}

/// Without attributes, and without items that only tests have.
pub fn without_tests(tokens: &[String]) -> Vec<String> {
    let mut kept = Vec::new();
    let mut k = 0;
    let mut test = false;
    while k < tokens.len() {
        if tokens[k] == "#" && tokens.get(k + 1).is_some_and(|next| next == "[" || next == "!") {
            let inner = tokens[k + 1] == "!";
            let end = after_group(tokens, if inner { k + 2 } else { k + 1 });
            let attribute = tokens[k + 2..end].join("");
            test |=
                !inner && ["cfg(test)", "cfg(all(test"].iter().any(|a| attribute.starts_with(a));
            k = end;
        } else if test {
            k = item_end(tokens, k);
            test = false;
        } else {
            kept.push(tokens[k].clone());
            k += 1;
        }
    }
    kept
}
