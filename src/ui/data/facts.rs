//! What is known about the source: its kind and sizes, its labels, and what was left out.

use std::path::PathBuf;

use egui::{Align2, Label, Rect, RichText, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::config::DataChoice;
use crate::data::LabelSummary;
use crate::notice::Notice;
use crate::readable;
use crate::ui::action::{Action, FrameAction};
use crate::ui::data::action::{DataAction, Page};
use crate::ui::data::state::DataScreen;
use crate::ui::shared::Shared;
use crate::ui::theme::{self, palette};
use crate::ui::widgets::saved_file::FileChoice;
use crate::ui::widgets::{Button, Tip, cut, ends, group, note, row, segmented};
use crate::worker::jobs::scan::{Scan, SkippedPicture};

/// Sizes that are named.
const SIZES: usize = 8;
/// Skipped pictures that are named; the command line names more.
const NAMED: usize = 200;

pub fn show(ui: &mut Ui, state: &DataScreen, shared: &Shared<'_>, actions: &mut Vec<Action>) {
    ui.add_space(theme::GAP);
    let found = state.scan.last(shared.config);
    let is_unchosen = state.path.trim().is_empty() && shared.config.data != DataChoice::Starter;
    if found.is_none() && (is_unchosen || state.scan.failure(shared.config).is_some()) {
        return welcome(ui);
    }
    let labels = found.map_or(0, |found| found.labels.len());
    let skipped = found.map_or(0, |found| found.skipped_count);
    let counted = |word: &str, count: usize| match count {
        0 => word.to_owned(),
        count => format!("{word} {}", readable::count(count as u64)),
    };
    let (labels, skipped) = (counted("Labels", labels), counted("Skipped", skipped));
    let choices = [
        (
            Page::About,
            "About",
            "What kind of source it is, and the sizes of its pictures.",
        ),
        (
            Page::Labels,
            &labels,
            "What is known about the pictures (attributes), and how often.",
        ),
        (
            Page::Skipped,
            &skipped,
            "Pictures that cannot be used, and why.",
        ),
    ];
    let size = vec2(ui.available_width(), theme::CONTROL);
    if let Some(page) = segmented(ui, Role::RadioButton, state.page, &choices, size) {
        actions.push(Action::Data(DataAction::ShowPage(page)));
    }
    ui.add_space(theme::TIGHT);
    let Some(found) = found else {
        return;
    };
    let page = state.page;
    ScrollArea::vertical()
        .id_salt(("facts", page as u8))
        .auto_shrink(false)
        .show(ui, |ui| {
            ui.set_width(ui.available_width() - 12.0);
            match page {
                Page::About => about(ui, found),
                Page::Labels => all_labels(ui, found),
                Page::Skipped => all_skipped(ui, found, &shared.config.data, actions),
            }
        });
}

/// What can be learnt from, before anything is chosen.
fn welcome(ui: &mut Ui) {
    group(ui, "What it can learn from");
    let pictures = format!(
        "Pictures as {}, in sub-folders too.",
        crate::picture::FORMATS
    );
    for (name, about) in [
        ("Folder", pictures.as_str()),
        ("zip, tar, tar.gz", "The same, without unpacking."),
        ("IDX", "As MNIST and Fashion-MNIST come."),
        ("CIFAR-10", "Its binary version."),
        ("parquet", "As data sets on Hugging Face come."),
    ] {
        ui.add_space(theme::TIGHT);
        ui.label(name);
        note(ui, about);
    }
}

/// A name and what it stands for: beside it, or beneath where that needs more room.
fn fact(ui: &mut Ui, name: &str, value: String, about: &str) {
    let ink = palette(ui).text;
    let width = |text: &str| {
        let galley = ui
            .painter()
            .layout_no_wrap(text.to_owned(), theme::body(), ink);
        galley.size().x
    };
    if width(name) + width(&value) + theme::WIDE <= ui.available_width() {
        row(ui, name, about, |ui| ui.label(&value));
        return;
    }
    let muted = RichText::new(name).color(palette(ui).muted);
    ui.label(muted).tip(about);
    ui.add(Label::new(value).wrap());
    ui.add_space(theme::TIGHT);
}

fn about(ui: &mut Ui, found: &Scan) {
    found.warnings.iter().for_each(|notice| warning(ui, notice));
    let count = |number: usize| readable::count(number as u64);
    fact(ui, "Name", found.name.clone(), "The source.");
    fact(
        ui,
        "Kind",
        found.kind.to_owned(),
        "What the source is, by its content.",
    );
    for taken in &found.choice.taken {
        let about = "What is taken for the pictures, of several things that are there.";
        fact(ui, "Taken", taken.clone(), about);
    }
    for left_out in &found.choice.left_out {
        let about = "What is there besides; give it directly to use it.";
        fact(ui, "Left out", left_out.clone(), about);
    }
    fact(ui, "Pictures", count(found.pictures), "All that there are.");
    let looked = format!("{} of {}", count(found.usable), count(found.looked_at));
    fact(
        ui,
        "Usable",
        looked,
        "How many of those that were looked at can be used.",
    );
    let licence = "The terms under which the pictures may be used.";
    fact(ui, "Licence", found.licence.clone(), licence);
    let sizes = "Pixels across and down before the pictures were prepared.";
    for (place, ((across, down), number)) in found.sizes.iter().take(SIZES).enumerate() {
        let name = if place == 0 { "Sizes" } else { "" };
        fact(
            ui,
            name,
            format!("{across}×{down} · {}", count(*number)),
            sizes,
        );
    }
    if found.sizes.len() > SIZES {
        note(
            ui,
            format!("and {} sizes more", count(found.sizes.len() - SIZES)),
        );
    }
}

fn warning(ui: &mut Ui, notice: &Notice) {
    let colour = palette(ui).yellow;
    let text = RichText::new(&notice.summary).color(colour);
    let response = ui.label(text);
    if !notice.details.is_empty() {
        response.tip(&notice.details);
    }
    ui.add_space(theme::TIGHT);
}

fn all_labels(ui: &mut Ui, found: &Scan) {
    if found.labels.is_empty() {
        note(
            ui,
            "Nothing is known about these pictures. A labels.csv beside them (file, then a column a label) is read; sub-folders are labels on request.",
        );
        return;
    }
    for label in &found.labels {
        one_label(ui, label, found.pictures);
    }
}

/// Its name, a bar, and its share; of numbers the mean.
fn one_label(ui: &mut Ui, label: &LabelSummary, pictures: usize) {
    let share = label.yes as f64 / label.known.max(1) as f64;
    let (length, value) = if label.binary {
        (share as f32, format!("{:.1} %", 100.0 * share))
    } else {
        (0.0, format!("mean {:.2}", label.mean))
    };
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 24.0), Sense::hover());
    let words = format!("{} {value}", label.name);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &words));
    let palette = palette(ui);
    let mut bar = Rect::from_min_max(rect.left_bottom() - vec2(0.0, 4.0), rect.max);
    ui.painter().rect_filled(bar, 2.0, palette.raised);
    bar.set_width(length.clamp(0.0, 1.0) * rect.width());
    ui.painter().rect_filled(bar, 2.0, palette.green);
    let line = Rect::from_min_max(rect.min, rect.max - vec2(0.0, 4.0));
    let middle = line.center().y;
    let end = pos2(line.right(), middle);
    let ink = palette.muted;
    let number = ui
        .painter()
        .text(end, Align2::RIGHT_CENTER, &value, theme::body(), ink);
    let start = pos2(line.left(), middle);
    let room = line.with_max_x(number.left() - theme::GAP);
    let painter = ui.painter().with_clip_rect(room.intersect(ui.clip_rect()));
    painter.text(
        start,
        Align2::LEFT_CENTER,
        &label.name,
        theme::body(),
        palette.text,
    );
    let known = format!(
        "{}: {value}; known of {} of {} pictures",
        label.name,
        readable::count(label.known as u64),
        readable::count(pictures as u64)
    );
    response.tip(known);
}

fn all_skipped(ui: &mut Ui, found: &Scan, data: &DataChoice, actions: &mut Vec<Action>) {
    let count = |number: usize| readable::count(number as u64);
    if found.skipped_count == 0 {
        let looked = count(found.looked_at);
        note(
            ui,
            format!("None of the {looked} pictures that were looked at had to be left out."),
        );
        return;
    }
    for skipped in found.skipped.iter().take(NAMED) {
        one_skipped(ui, skipped, data, actions);
    }
    let more = found.skipped_count.saturating_sub(NAMED);
    if more > 0 {
        note(ui, format!("and {} more", count(more)));
    }
}

fn one_skipped(
    ui: &mut Ui,
    skipped: &SkippedPicture,
    data: &DataChoice,
    actions: &mut Vec<Action>,
) {
    // What stands in an archive is shown as the archive.
    let place: Option<PathBuf> = skipped.file.clone().or_else(|| match data {
        DataChoice::Path(path) => Some(path.clone()),
        DataChoice::Starter => None,
    });
    ui.horizontal(|ui| {
        ui.set_min_height(theme::CONTROL_SMALL);
        let name = |ui: &mut Ui| {
            cut(ui, &skipped.name, &skipped.name);
        };
        ends(ui, name, |ui| {
            if let Some(place) = place {
                let name = format!("Show {} in its folder", skipped.name);
                let button = Button::new("Show in folder").name(&name).quiet().small();
                let button = button.tip("Open the file manager where this file lies.");
                if ui.add(button).clicked() {
                    actions.push(Action::Frame(FrameAction::WithFile(
                        FileChoice::Show,
                        place,
                    )));
                }
            }
        });
    });
    note(ui, &skipped.why);
    ui.add_space(theme::TIGHT);
}
