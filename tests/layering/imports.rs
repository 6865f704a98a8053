//! Who imports whom, read from the `use` lines and `crate::` paths of the source itself: no compiler is
//! asked, so that this takes a moment.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The names of modules from the crate's root down.
pub type Module = Vec<String>;

/// A file of the program without its tests.
#[derive(Default)]
pub struct File {
    /// As in `ui/app.rs`.
    pub name: String,
    /// Lines of code: no comments, no tests.
    pub code: Vec<String>,
    /// What its `use` lines name, and whether they hand it on.
    uses: Vec<Use>,
    /// Other paths in its code, from the crate's root or from a child.
    paths: Vec<Vec<String>>,
    children: BTreeSet<String>,
    items: BTreeSet<String>,
}

struct Use {
    path: Vec<String>,
    alias: Option<String>,
    public: bool,
}

impl Use {
    /// The name it has in its file.
    fn name(&self) -> &str {
        let last = self.path.last().map_or("", String::as_str);
        self.alias.as_deref().unwrap_or(last)
    }
}

/// All files of one crate, by module.
pub struct Crate(pub BTreeMap<Module, File>);

impl Crate {
    /// Reads the sources in `folder`; files of tests are left out.
    pub fn read(folder: &Path) -> Self {
        let mut paths = Vec::new();
        walk(folder, &mut paths);
        let files = paths.iter().filter_map(|path| {
            let name = path.strip_prefix(folder).unwrap().to_string_lossy();
            let name = name.replace('\\', "/");
            if name == "main.rs" || name.ends_with("tests.rs") || name.contains("tests/") {
                return None;
            }
            let text = std::fs::read_to_string(path).unwrap();
            Some((module_of(&name), File::new(name, &text)))
        });
        Self(files.collect())
    }

    /// The modules that `module` takes something from, itself aside, and a name taken from each.
    pub fn imports(&self, module: &Module) -> BTreeMap<Module, String> {
        let file = &self.0[module];
        let named = file.uses.iter().filter(|used| {
            // What a folder hands on of its own files it does not use.
            !used.public || self.start(module, &used.path).0 != *module
        });
        let paths = named.map(|used| &used.path).chain(&file.paths);
        let targets = paths.filter_map(|path| {
            let target = self.resolve(module, path)?;
            (target != *module).then(|| (target, path.join("::")))
        });
        targets.collect()
    }

    /// What `module` hands on of modules that are not below it.
    pub fn handed_on(&self, module: &Module) -> Vec<String> {
        let public = self.0[module].uses.iter().filter(|used| used.public);
        let foreign = public.filter(|used| {
            let target = self.resolve(module, &used.path);
            target.is_some_and(|target| !target.starts_with(module))
        });
        foreign.map(|used| used.path.join("::")).collect()
    }

    /// Groups of modules that import each other in a circle.
    pub fn circles(&self) -> Vec<Vec<String>> {
        let reach: BTreeMap<_, _> = self.0.keys().map(|from| (from, self.reach(from))).collect();
        let mut circles = BTreeSet::new();
        for (from, there) in &reach {
            let back = |to: &&Module| reach[to].contains(*from);
            let circle: BTreeSet<String> =
                there.iter().filter(back).map(|m| m.join("::")).collect();
            if !circle.is_empty() {
                circles.insert(circle.into_iter().collect());
            }
        }
        circles.into_iter().collect()
    }

    fn reach(&self, from: &Module) -> BTreeSet<Module> {
        let (mut seen, mut next) = (BTreeSet::new(), vec![from.clone()]);
        while let Some(module) = next.pop() {
            for target in self.imports(&module).into_keys() {
                if seen.insert(target.clone()) {
                    next.push(target);
                }
            }
        }
        seen
    }

    /// The module in which what `path` names, as written in `module`, is defined; `None` outside this crate.
    fn resolve(&self, module: &Module, path: &[String]) -> Option<Module> {
        let (start, rest) = self.start(module, path);
        self.walk(start, rest, 0)
    }

    /// Where `path` begins, and what is left of it. Paths into other crates begin in a module that is none.
    fn start<'a>(&self, module: &Module, path: &'a [String]) -> (Module, &'a [String]) {
        let supers = path.iter().take_while(|part| *part == "super").count();
        let nowhere = vec!["?".to_owned()];
        match path.first().map(String::as_str) {
            Some("crate") => (Vec::new(), &path[1..]),
            Some("self") => (module.clone(), &path[1..]),
            Some("super") if supers <= module.len() => {
                (module[..module.len() - supers].to_vec(), &path[supers..])
            }
            Some(first) if self.0[module].children.contains(first) => (module.clone(), path),
            _ => (nowhere, path),
        }
    }

    fn walk(&self, mut at: Module, path: &[String], depth: usize) -> Option<Module> {
        // A circle of re-exports would not compile, but is not to hang here.
        if depth > 9 {
            return None;
        }
        for (place, part) in path.iter().enumerate() {
            let file = self.0.get(&at)?;
            let mut child = at.clone();
            child.push(part.clone());
            if part == "self" || part == "*" {
                return Some(at);
            }
            if file.children.contains(part) && self.0.contains_key(&child) {
                at = child;
                continue;
            }
            if file.items.contains(part) {
                return Some(at);
            }
            let named = file.uses.iter().find(|used| used.name() == part);
            if let Some(used) = named {
                let (start, rest) = self.start(&at, &used.path);
                let rest: Vec<_> = rest.iter().chain(&path[place + 1..]).cloned().collect();
                return self.walk(start, &rest, depth + 1);
            }
            let globs = file.uses.iter().filter(|used| used.name() == "*");
            return globs.into_iter().find_map(|used| {
                let (start, rest) = self.start(&at, &used.path);
                let inside = self.walk(start, rest, depth + 1)?;
                (inside != at).then(|| self.walk(inside, &path[place..], depth + 1))?
            });
        }
        self.0.contains_key(&at).then_some(at)
    }
}

impl File {
    fn new(name: String, text: &str) -> Self {
        let mut file = Self {
            name,
            ..Self::default()
        };
        let lines = text
            .lines()
            .take_while(|line| !line.starts_with("mod tests {"));
        let lines = lines.filter(|line| !line.trim_start().starts_with("//"));
        file.code = lines.map(Into::into).collect();
        // There `super` is this file.
        let in_a_module =
            |line: &&String| line.starts_with(' ') && line.trim().starts_with("use super");
        let code: Vec<_> = file
            .code
            .iter()
            .filter(|line| !in_a_module(line))
            .cloned()
            .collect();
        let code = code.join("\n");
        let mut rest = String::new();
        for statement in code.split_inclusive(';') {
            let line = statement.rsplit_once('\n').map_or(statement, |_| statement);
            match use_tree(line) {
                Some((before, public, tree)) => {
                    rest += before;
                    flatten(&[], &tree, &mut |path, alias| {
                        file.uses.push(Use {
                            path,
                            alias,
                            public,
                        });
                    });
                }
                None => rest += statement,
            }
        }
        for line in rest.lines() {
            file.note(line);
        }
        file.paths = paths(&rest, &file.children);
        file
    }

    /// Takes in what a line at the left edge defines.
    fn note(&mut self, line: &str) {
        let line = without_visibility(line);
        let mut words = line.split(|c: char| !c.is_alphanumeric() && c != '_');
        let words: Vec<&str> = words.by_ref().filter(|word| !word.is_empty()).collect();
        const KINDS: [&str; 9] = [
            "fn", "struct", "enum", "trait", "type", "const", "static", "union", "mod",
        ];
        let Some(kind) = words.iter().position(|word| KINDS.contains(word)) else {
            return;
        };
        let only_words_before = words[..kind]
            .iter()
            .all(|word| ["const", "unsafe", "async", "extern"].contains(word));
        if line.starts_with(' ') || !only_words_before {
            return;
        }
        let name = match words.get(kind + 1) {
            // `const fn` and `static mut`.
            Some(&"fn" | &"mut") => words.get(kind + 2),
            name => name,
        };
        let Some(name) = name else { return };
        if words[kind] == "mod" && line.trim_end().ends_with(';') {
            self.children.insert((*name).to_owned());
        } else {
            self.items.insert((*name).to_owned());
        }
    }
}

fn without_visibility(line: &str) -> &str {
    let Some(rest) = line.strip_prefix("pub") else {
        return line;
    };
    match rest.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
        Some((_, rest)) => rest.trim_start(),
        None => rest.trim_start(),
    }
}

/// A `use` at the end of `statement`: what stands before it, whether it is public, and its tree.
fn use_tree(statement: &str) -> Option<(&str, bool, String)> {
    let statement = statement.strip_suffix(';')?;
    let mut from = 0;
    for line in statement.split_inclusive('\n') {
        let bare = without_visibility(line);
        if let Some(tree) = bare.strip_prefix("use ") {
            let public = line.starts_with("pub");
            let tree = format!("{tree}{}", &statement[from + line.len()..]);
            let tree = tree.split_whitespace().collect::<Vec<_>>().join(" ");
            return Some((&statement[..from], public, tree));
        }
        from += line.len();
    }
    None
}

/// Every path of a tree such as `crate::{a::{self, B as C}, d::*}`.
fn flatten(before: &[String], tree: &str, found: &mut impl FnMut(Vec<String>, Option<String>)) {
    let tree = tree.trim();
    if let Some((head, inner)) = tree.split_once('{') {
        let parts = head
            .split("::")
            .map(str::trim)
            .filter(|part| !part.is_empty());
        let before: Vec<String> = before
            .iter()
            .cloned()
            .chain(parts.map(Into::into))
            .collect();
        let inner = &inner[..inner.rfind('}').unwrap()];
        let (mut depth, mut start) = (0, 0);
        for (at, sign) in inner.char_indices().chain([(inner.len(), ',')]) {
            match sign {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 0 => {
                    if !inner[start..at].trim().is_empty() {
                        flatten(&before, &inner[start..at], found);
                    }
                    start = at + 1;
                }
                _ => {}
            }
        }
        return;
    }
    let (path, alias) = match tree.split_once(" as ") {
        Some((path, alias)) => (path, Some(alias.trim().to_owned())),
        None => (tree, None),
    };
    let parts = path.split("::").map(|part| part.trim().to_owned());
    let mut path: Vec<String> = before.iter().cloned().chain(parts).collect();
    if path.len() > 1 && path.last().is_some_and(|last| last == "self") {
        path.pop();
    }
    found(path, alias);
}

/// Paths in code that begin at the crate's root, above, or in one of `children`.
fn paths(code: &str, children: &BTreeSet<String>) -> Vec<Vec<String>> {
    let word = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    let mut found = Vec::new();
    for token in code.split(|c: char| !word(c)) {
        let parts: Vec<String> = token.split("::").map(Into::into).collect();
        let first = parts[0].as_str();
        if parts.len() > 1 && (["crate", "super"].contains(&first) || children.contains(first)) {
            found.push(parts.into_iter().filter(|part| !part.is_empty()).collect());
        }
    }
    found
}

fn module_of(name: &str) -> Module {
    let name = name.trim_end_matches(".rs");
    let mut parts: Module = name.split('/').map(Into::into).collect();
    if ["mod", "lib"].contains(&parts.last().unwrap().as_str()) {
        parts.pop();
    }
    parts
}

fn walk(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            walk(&path, into);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            into.push(path);
        }
    }
}
