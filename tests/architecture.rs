//! The rules of the house, held by the machine: imports go down the floor plan, SQL has its place, rooms are entered
//! by their façade, every template has an owner, and every route is in the door table.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

const ROOMS: [&str; 9] =
    ["media", "accounts", "comments", "moderation", "posts", "imports", "feeds", "admin", "seed"];
/// Built on top of everything: they may know every module.
const ROOF: [&str; 3] = ["main.rs", "commands", "lib.rs"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if extension.is_empty() || path.extension().is_some_and(|its| its == extension) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Every source file: its path in `src`, and its text without tests and comments.
fn sources() -> Vec<(String, String)> {
    let src = root().join("src");
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).expect("text");
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let code: Vec<&str> = code.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        (path.strip_prefix(&src).expect("inside").to_string_lossy().into_owned(), code.join("\n"))
    };
    files(&src, "rs").into_iter().map(read).collect()
}

fn module(file: &str) -> &str {
    file.split('/').next().unwrap_or_default().trim_end_matches(".rs")
}

/// The modules in the order of `lib.rs`, ground first.
fn floor_plan() -> Vec<String> {
    let lib = fs::read_to_string(root().join("src/lib.rs")).expect("lib.rs");
    let declared = lib.lines().filter_map(|line| line.trim_start_matches("pub ").strip_prefix("mod "));
    declared.map(|name| name.trim_end_matches(';').to_owned()).collect()
}

/// All modules named by `crate::name` and `use crate::{a, b::c}`.
fn imports(code: &str) -> BTreeSet<String> {
    let word = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut found = BTreeSet::new();
    for part in code.split("crate::").skip(1) {
        let Some(list) = part.strip_prefix('{') else {
            found.insert(word(part));
            continue;
        };
        // the names that stand directly in the braces
        let (mut depth, mut fresh) = (0, true);
        for (at, c) in list.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => fresh = true,
                _ if fresh && c.is_alphabetic() => {
                    found.insert(word(&list[at..]));
                    fresh = false;
                }
                _ => {}
            }
        }
    }
    found
}

#[test]
fn imports_go_down_the_floor_plan() {
    let plan = floor_plan();
    let mut wrong = Vec::new();
    for (file, code) in sources() {
        if ROOF.contains(&module(&file)) || ROOF.contains(&file.as_str()) {
            continue;
        }
        let own = plan.iter().position(|name| name == module(&file));
        let own = own.unwrap_or_else(|| panic!("{file} belongs to no module of lib.rs"));
        for import in imports(&code) {
            if plan.iter().position(|name| *name == import).is_some_and(|other| other > own) {
                wrong.push(format!("{file} imports {import}, which stands below it in lib.rs"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn sql_lives_in_queries() {
    let mut wrong = Vec::new();
    for (file, code) in sources() {
        let allowed = file.ends_with("queries.rs") || file.starts_with("db/") || file == "session/store.rs";
        let calls = ["sqlx::query", "query!(", "query_as!(", "query_scalar!(", "QueryBuilder"];
        if !allowed && calls.iter().any(|call| code.contains(call)) {
            wrong.push(format!("{file} holds SQL: move it to the room's queries.rs"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn rooms_are_entered_by_their_facade() {
    let mut wrong = Vec::new();
    for (file, code) in sources() {
        for room in ROOMS.iter().filter(|room| **room != module(&file)) {
            for inner in ["routes", "views", "forms", "model", "jobs", "thread", "desk"] {
                if code.contains(&format!("{room}::{inner}::")) {
                    wrong.push(format!("{file} reaches into {room}::{inner}: let {room}/mod.rs export it"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_template_has_an_owner() {
    let templates = root().join("templates");
    let names: Vec<String> = files(&templates, "")
        .iter()
        .map(|path| path.strip_prefix(&templates).expect("inside").to_string_lossy().into_owned())
        .collect();
    let mut all: String = sources().into_iter().map(|(_, code)| code).collect();
    for path in files(&templates, "") {
        all.push_str(&fs::read_to_string(path).expect("text"));
    }
    let orphans: Vec<&String> = names.iter().filter(|name| !all.contains(&format!("\"{name}\""))).collect();
    assert!(orphans.is_empty(), "nobody uses {orphans:?}: delete them");
}

#[test]
fn every_route_is_in_the_door_table() {
    let doors = fs::read_to_string(root().join("tests/web/doors.rs")).expect("the door table");
    let mut missing = BTreeSet::new();
    for (file, code) in sources() {
        for part in code.split(".route(\"").skip(1) {
            let (route, rest) = part.split_once('"').expect("a closed string");
            let handlers: String = rest.chars().take_while(|c| *c != '\n').collect();
            for (call, method) in [("get(", "GET"), ("post(", "POST")] {
                let row = format!("(\"{route}\", \"{method}\",");
                if handlers.contains(call) && !doors.contains(&row) {
                    missing.insert(format!("{method} {route} of {file}"));
                }
            }
        }
    }
    assert!(missing.is_empty(), "not in tests/web/doors.rs: {missing:?}");
}

#[test]
fn no_file_is_too_long_to_read() {
    let mut wrong = Vec::new();
    for path in files(&root().join("src"), "rs") {
        let lines = fs::read_to_string(&path).expect("text").lines().count();
        if lines > 425 {
            wrong.push(format!("{} has {lines} lines: is there a second noun inside?", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_variable_is_in_the_example() {
    let example = fs::read_to_string(root().join(".env.example")).expect(".env.example");
    let list = fs::read_to_string(root().join("src/config/variables.rs")).expect("the variables");
    let names = list.split("variable(\"").skip(1).filter_map(|part| part.split('"').next());
    let missing: Vec<&str> = names.filter(|name| !example.contains(*name)).collect();
    assert!(missing.is_empty(), ".env.example does not name {missing:?}");
}

/// `posts::p4_a_draft` is `fn p4_a_draft` in a file whose path has `posts` in it.
fn exists(name: &str, code: &[(String, String)]) -> bool {
    let (place, test) = name.rsplit_once("::").unwrap_or_default();
    code.iter().any(|(path, text)| {
        let parts: BTreeSet<&str> = path.split(['/', '.']).collect();
        place.split("::").all(|part| part == "tests" || parts.contains(part))
            && text.contains(&format!("fn {test}("))
    })
}

#[test]
fn every_test_that_security_md_names_exists() {
    let read = |path: &PathBuf| {
        let text = fs::read_to_string(path).expect("text");
        (path.strip_prefix(root()).expect("inside").to_string_lossy().into_owned(), text)
    };
    let paths = [files(&root().join("src"), "rs"), files(&root().join("tests"), "rs")].concat();
    let code: Vec<_> = paths.iter().map(read).collect();
    let page = fs::read_to_string(root().join("SECURITY.md")).expect("SECURITY.md");
    let rows: String = page.lines().filter(|line| line.starts_with('|')).collect();
    let named: BTreeSet<&str> =
        rows.split('`').skip(1).step_by(2).filter(|name| name.contains("::")).collect();
    assert!(named.len() > 50, "{named:?}");

    let missing: Vec<_> = named.iter().filter(|name| !exists(name, &code)).collect();
    assert!(missing.is_empty(), "SECURITY.md names tests that do not exist: {missing:#?}");
    for promise in 1..=15 {
        assert!(page.contains(&format!("| P{promise} |")), "SECURITY.md has no row for P{promise}");
    }
    for class in 1..=25 {
        assert!(page.contains(&format!("| {class} |")), "SECURITY.md has no row for class {class}");
    }
}
