//! About: the program, what this machine computes with, its folders, and the libraries it is built with.

use std::path::Path;
use std::sync::LazyLock;

use egui::{Align, Context, Layout, RichText, ScrollArea, TextEdit, Ui, vec2};

use crate::config::TrainConfig;
use crate::notice::Notice;
use crate::ui::action::{Action, FrameAction};
use crate::ui::theme::{self, palette};
use crate::ui::waker::waker;
use crate::ui::widgets::{Button, Tip, cut, ends, group, note};
use crate::worker::Job;
use crate::worker::jobs::about::{MachineFacts, UsedFolder, machine_facts};

/// Every crate of the lock file: name, version, licence. Written by `.ci/licences`.
const LIBRARIES: &str = include_str!("libraries.txt");

/// Width of the column of names.
const NAMES: f32 = 176.0;
/// Height of a line of the libraries.
const LINE: f32 = 18.0;

/// What About keeps from frame to frame.
#[derive(Default)]
pub struct About {
    finding: Option<Job<MachineFacts>>,
    facts: Option<MachineFacts>,
    query: String,
}

impl About {
    /// Looks at the machine, with the settings of the next run.
    pub fn look(&mut self, config: &TrainConfig, ctx: &Context) {
        let settings = eframe::storage_dir("morphogan");
        let job = machine_facts(config.device, config.threads, settings, waker(ctx));
        self.finding = Some(job);
    }

    /// Before every frame: takes in what was found.
    pub fn poll(&mut self) -> Option<Notice> {
        let found = self.finding.as_ref().and_then(Job::poll)?;
        self.finding = None;
        match found {
            Ok(facts) => self.facts = Some(facts),
            Err(notice) => return Some(notice),
        }
        None
    }
}

/// A line of the list of libraries.
struct Library {
    name: &'static str,
    version: &'static str,
    licence: &'static str,
}

static LISTED: LazyLock<Vec<Library>> = LazyLock::new(|| {
    let library = |line: &'static str| {
        let mut parts = line.split('\t');
        Some(Library {
            name: parts.next()?,
            version: parts.next()?,
            licence: parts.next()?,
        })
    };
    LIBRARIES.lines().filter_map(library).collect()
});

pub fn show(ui: &mut Ui, about: &mut About, actions: &mut Vec<Action>) {
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        ui.set_width(ui.available_width() - theme::WIDE);
        ui.horizontal(|ui| {
            let version = format!("Version {}", env!("CARGO_PKG_VERSION"));
            ui.label(RichText::new(version).color(palette(ui).text));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let copy = Button::new("Copy for a report").small();
                let tip = "Put version, machine and folders on the clipboard, to be pasted into a report of a fault.";
                let facts = about.facts.as_ref();
                if ui.add_enabled(facts.is_some(), copy.tip(tip)).clicked()
                    && let Some(facts) = facts
                {
                    actions.push(Action::Frame(FrameAction::Copy(as_text(facts))));
                }
            });
        });
        let what = concat!(env!("CARGO_PKG_DESCRIPTION"), ". ", "Licence: ", env!("CARGO_PKG_LICENSE"), ".");
        ui.add(egui::Label::new(RichText::new(what).color(palette(ui).muted)).wrap());
        match &about.facts {
            Some(facts) => {
                machine(ui, facts);
                group(ui, "Folders");
                for used in &facts.folders {
                    folder(ui, used, actions);
                }
            }
            None => {
                ui.add_space(theme::WIDE);
                ui.spinner();
            }
        }
        libraries(ui, &mut about.query);
    });
}

fn machine(ui: &mut Ui, facts: &MachineFacts) {
    group(ui, "This machine computes with");
    for (name, value) in told(facts) {
        line(ui, name, |ui| {
            ui.add(egui::Label::new(value).wrap().selectable(true));
        });
    }
    if let Some(warning) = &facts.warning {
        note(ui, warning);
    }
}

/// What there is to tell of the machine, line by line.
fn told(facts: &MachineFacts) -> Vec<(&'static str, String)> {
    let cores = match facts.cores {
        1 => "1 core".to_owned(),
        cores => format!("{cores} cores"),
    };
    let precision = match facts.has_bf16 {
        true => "f32, bf16",
        false => "f32 (bf16 is no faster here)",
    };
    let built = match &facts.features[..] {
        [] => "CPU".to_owned(),
        features => format!("CPU, {}", features.join(", ")),
    };
    vec![
        ("Device of a run", facts.device.clone()),
        ("Processor", format!("{cores}, {}", facts.vector_unit)),
        ("Precision", precision.to_owned()),
        ("Built for", built),
    ]
}

/// The same as text.
fn as_text(facts: &MachineFacts) -> String {
    let mut text = format!("Morphogan {}\n", env!("CARGO_PKG_VERSION"));
    for (name, value) in told(facts) {
        text += &format!("{name}: {value}\n");
    }
    for folder in &facts.folders {
        text += &format!("{}: {}\n", folder.name, folder.path.display());
    }
    text
}

/// A name, and what it stands for.
fn line(ui: &mut Ui, name: &str, draw: impl FnOnce(&mut Ui)) {
    ui.horizontal(|ui| {
        let size = vec2(NAMES, theme::CONTROL_SMALL);
        let row = Layout::left_to_right(Align::Center);
        ui.allocate_ui_with_layout(size, row, |ui| {
            ui.set_min_width(NAMES);
            ui.label(RichText::new(name).color(palette(ui).muted));
        });
        draw(ui);
    });
}

fn folder(ui: &mut Ui, used: &UsedFolder, actions: &mut Vec<Action>) {
    line(ui, used.name, |ui| {
        let path = used.path.display().to_string();
        ends(
            ui,
            |ui| {
                cut(ui, &path, &path);
            },
            |ui| {
                let name = format!("Open the folder: {}", used.name);
                let open = Button::new("Open").name(&name).quiet().small();
                let tip = match used.exists {
                    true => "Show the folder in the system's file manager.",
                    false => "The folder is made when something is written there.",
                };
                if ui.add_enabled(used.exists, open.tip(tip)).clicked() {
                    actions.push(open_folder(&used.path));
                }
                let name = format!("Copy the path: {}", used.name);
                let copy = Button::new("Copy path").name(&name).quiet().small();
                if ui.add(copy.tip("Put the path on the clipboard.")).clicked() {
                    actions.push(Action::Frame(FrameAction::Copy(path.clone())));
                }
            },
        );
    });
}

fn open_folder(path: &Path) -> Action {
    Action::Frame(FrameAction::OpenFolder(path.to_owned()))
}

/// All libraries; only the lines in sight are laid out.
fn libraries(ui: &mut Ui, query: &mut String) {
    group(ui, "Libraries");
    let text = format!(
        "Built with Rust and {} crates, some of them for other systems or for tests only, and with the typeface Inter \
         (SIL Open Font License 1.1).",
        LISTED.len()
    );
    ui.add(egui::Label::new(RichText::new(text).color(palette(ui).muted)).wrap());
    ui.add_space(theme::TIGHT);
    let field = TextEdit::singleline(query)
        .hint_text("Search: a library or a licence")
        .align(egui::Align2::LEFT_CENTER);
    let field = ui.add_sized(vec2(ui.available_width(), theme::CONTROL), field);
    ui.ctx()
        .accesskit_node_builder(field.id, |node| node.set_label("Search the libraries"));
    field.tip("Shows only the libraries and licences that have this in them.");
    ui.add_space(theme::TIGHT);
    let wanted = query.to_lowercase();
    let found = LISTED.iter().filter(|library| {
        library.name.contains(&wanted) || library.licence.to_lowercase().contains(&wanted)
    });
    let found: Vec<&Library> = found.collect();
    ui.spacing_mut().item_spacing.y = 0.0;
    let height = LINE * found.len() as f32;
    let (area, _) =
        ui.allocate_exact_size(vec2(ui.available_width(), height), egui::Sense::hover());
    let (ink, muted) = (palette(ui).text, palette(ui).muted);
    let clip = ui.clip_rect();
    for (place, library) in found.iter().enumerate() {
        let top = area.top() + place as f32 * LINE;
        if top + LINE < clip.top() || top > clip.bottom() {
            continue;
        }
        let row = egui::Rect::from_min_size(egui::pos2(area.left(), top), vec2(area.width(), LINE));
        let name = format!("{} {}", library.name, library.version);
        let mut cell = |(from, to): (f32, f32), text: &str, colour| {
            let (left, right) = (vec2(from * row.width(), 0.0), vec2(to * row.width(), LINE));
            let rect = egui::Rect::from_min_max(row.min + left, row.min + right);
            let text = RichText::new(text).font(theme::small()).color(colour);
            let row = Layout::left_to_right(Align::Center);
            let place = egui::UiBuilder::new().max_rect(rect).layout(row);
            let mut cell = ui.new_child(place);
            cell.add(egui::Label::new(text).truncate());
        };
        cell((0.0, 0.44), &name, ink);
        cell((0.45, 1.0), library.licence, muted);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// After a change of dependencies `.ci/licences` writes the list anew.
    #[test]
    fn every_crate_of_the_lock_file_is_listed_with_a_licence() {
        let lock = std::fs::read_to_string("Cargo.lock").unwrap();
        let value = |line: &str| line.split('"').nth(1).unwrap_or_default().to_owned();
        let mut lines = lock.lines();
        let mut locked = BTreeSet::new();
        while let Some(line) = lines.next() {
            if line.starts_with("name = ") {
                let crate_ = (value(line), value(lines.next().unwrap()));
                if !crate_.0.starts_with("morphogan") {
                    locked.insert(crate_);
                }
            }
        }
        assert!(locked.len() > 300);
        let listed: BTreeSet<_> = LISTED
            .iter()
            .map(|library| (library.name.to_owned(), library.version.to_owned()))
            .collect();
        let differ: Vec<_> = locked.symmetric_difference(&listed).collect();
        assert!(differ.is_empty(), "run .ci/licences: {differ:?}");
        for library in LISTED.iter() {
            assert!(!library.licence.trim().is_empty(), "{}", library.name);
        }
        assert_eq!(LISTED.len(), LIBRARIES.lines().count());
    }
}
