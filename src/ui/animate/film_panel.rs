//! What writes the animation as a film.

use egui::{
    ComboBox, DragValue, Frame, Label, Margin, Popup, PopupCloseBehavior, RichText, Ui, vec2,
};

use super::action::AnimateAction;
use super::film::{FilmForm, Writing, formats};
use super::lapse;
use super::motion::{VALUE, heading, named};
use crate::export::film::{FilmOption, Palette};
use crate::export::layout::{FrameLayout, FrameStyle, SCALES};
use crate::latent::animation::Framing;
use crate::picture::Filter;
use crate::readable::{self, capitalised};
use crate::ui::action::{Action, FrameAction};
use crate::ui::animate::state::AnimateState;
use crate::ui::explore::explorer::Explorer;
use crate::ui::theme::{self, palette};
use crate::ui::widgets::saved_file::saved_file;
use crate::ui::widgets::{
    Button, PathField, Tip, cut, ends, number, path_field, progress, row, whole,
};
use crate::worker::jobs::dialog::Pick;

/// What enlargements are called.
const FILTERS: [(Filter, &str, &str); 3] = [
    (Filter::Nearest, "Crisp", "Each pixel becomes a square."),
    (
        Filter::Lanczos,
        "Smooth",
        "Pixels melt into each other along Lanczos' curves: smooth and still clear.",
    ),
    (
        Filter::Bilinear,
        "Soft",
        "Pixels melt into each other along straight lines.",
    ),
];

/// How the film is written.
pub fn show(ui: &mut Ui, state: &AnimateState, explorer: &Explorer, actions: &mut Vec<Action>) {
    heading(ui, "Export");
    let mut form = state.film.form.clone();
    let writing = state.film.writing.as_ref();
    ui.add_enabled_ui(writing.is_none(), |ui| {
        format(ui, &mut form);
        let model = explorer.faces.sampler().weights();
        let side = model.map_or(0, |model| model.info().size);
        size(ui, &mut form, &state.project.animation().framing, side);
        options(ui, &mut form);
        ui.add_space(2.0);
        let hint = "Path of the film";
        let width = ui.available_width();
        let field = path_field(ui, "Film file", hint, &mut form.file.path, width);
        if matches!(field, Some(PathField::Changed | PathField::Entered)) {
            form.follow_name();
        }
        if field == Some(PathField::Browse) {
            actions.push(Action::Frame(FrameAction::Browse(Pick::NewFilm)));
        }
    });
    ui.add_space(theme::GAP);
    if form != state.film.form {
        actions.push(Action::Animate(AnimateAction::Film(form)));
    }
}

/// How large the film gets, and what writes it: always in sight.
pub fn foot(ui: &mut Ui, state: &AnimateState, actions: &mut Vec<Action>) {
    let has_keys = !state.project.animation().keys.is_empty();
    if has_keys || state.film.writing.is_some() {
        card(ui, state, actions);
        ui.add_space(theme::GAP);
    }
    buttons(ui, state, actions);
    came_of(ui, state, actions);
}

fn format(ui: &mut Ui, form: &mut FilmForm) {
    let about = form.format().about();
    row(ui, "Format", about, |ui| {
        ComboBox::from_id_salt("format")
            .width(VALUE)
            .selected_text(capitalised(form.format().kind().name))
            .show_ui(ui, |ui| {
                for format in formats() {
                    let is_now = format.id() == form.format;
                    let choice = ui.selectable_label(is_now, capitalised(format.kind().name));
                    if choice.tip(format.about()).clicked() && !is_now {
                        form.set_format(format);
                    }
                }
            });
    });
}

fn size(ui: &mut Ui, form: &mut FilmForm, framing: &Framing, side: usize) {
    let words = |scale: usize| {
        let layout = FrameLayout {
            style: FrameStyle {
                scale,
                ..form.style(framing, side.max(1))
            },
            tiles: framing.company.count(),
            tile: (side, side),
            has_caption: !framing.caption.is_empty(),
            has_strip: false,
        };
        let (width, height) = layout.size();
        match side {
            0 => format!("×{scale}"),
            _ => format!("{width} × {height} (×{scale})"),
        }
    };
    let now = form.style(framing, side.max(1)).scale;
    let about = "Width and height of the film in pixels; each of the faces' own becomes so many each way. Unless you choose, it is about 512 pixels.";
    let mut chosen = form.scale;
    row(ui, "Size", about, |ui| {
        ComboBox::from_id_salt("size")
            .width(VALUE)
            .selected_text(words(now))
            .show_ui(ui, |ui| {
                for scale in SCALES {
                    if ui.selectable_label(scale == now, words(scale)).clicked() {
                        chosen = Some(scale);
                    }
                }
            });
    });
    form.scale = chosen;
    let chosen = FILTERS.iter().find(|filter| filter.0 == form.filter);
    let (word, about) = chosen.map_or(("", ""), |filter| (filter.1, filter.2));
    row(ui, "Enlarged", about, |ui| {
        ComboBox::from_id_salt("filter")
            .width(VALUE)
            .selected_text(word)
            .show_ui(ui, |ui| {
                for (filter, word, about) in FILTERS {
                    ui.selectable_value(&mut form.filter, filter, word)
                        .tip(about);
                }
            });
    });
}

/// What only some formats have. Whether it plays again is the animation's own affair.
fn options(ui: &mut Ui, form: &mut FilmForm) {
    let options = form.format().options();
    if options.contains(&FilmOption::Palette) {
        palettes(ui, form);
    }
    if options.contains(&FilmOption::Quality) {
        let about = "From 1, which is small, to 100, which is without loss where the format can.";
        row(ui, "Quality", about, |ui| {
            let field = DragValue::new(&mut form.settings.quality).speed(0.3);
            let size = vec2(VALUE, theme::CONTROL);
            let response = number(ui, size, field, 1.0..=100.0, whole);
            named(ui, response, "Quality", about);
        });
    }
}

fn palettes(ui: &mut Ui, form: &mut FilmForm) {
    const CHOICES: [(Palette, bool, &str); 4] = [
        (Palette::Frame, true, "Per frame, dithered"),
        (Palette::Frame, false, "Per frame"),
        (Palette::Film, true, "Per film, dithered"),
        (Palette::Film, false, "Per film"),
    ];
    let about = "Whose 255 colours the film has: each frame its own, which is truest, or all the same, which is smaller and never flickers. Dithered, dots of two colours stand for one that is missing.";
    let settings = &mut form.settings;
    let is_now = |choice: &(Palette, bool, &str)| {
        (choice.0, choice.1) == (settings.palette, settings.dither)
    };
    let word = CHOICES
        .iter()
        .copied()
        .find(is_now)
        .map_or("", |choice| choice.2);
    row(ui, "Palette", about, |ui| {
        ComboBox::from_id_salt("palette")
            .width(VALUE)
            .selected_text(word)
            .show_ui(ui, |ui| {
                for (palette, dither, text) in CHOICES {
                    if ui.selectable_label(text == word, text).clicked() {
                        (settings.palette, settings.dither) = (palette, dither);
                    }
                }
            });
    });
}

/// What will be written, or how far it is.
fn card(ui: &mut Ui, state: &AnimateState, actions: &mut Vec<Action>) {
    let frame = Frame::new()
        .fill(palette(ui).raised)
        .corner_radius(theme::RADIUS)
        .inner_margin(Margin::symmetric(12, 10));
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        match &state.film.writing {
            Some(writing) => under_way(ui, writing, actions),
            None => planned(ui, state),
        }
    });
}

fn planned(ui: &mut Ui, state: &AnimateState) {
    let form = &state.film.form;
    let (from, to) = state.player.range(state.project.animation());
    let frames = readable::count((to - from + 1) as u64);
    let path = form.file.target(form.format().kind().ending);
    let name = path
        .file_name()
        .unwrap_or(path.as_os_str())
        .to_string_lossy();
    let colour = palette(ui).muted;
    let (size, problem) = match state.film.bytes() {
        Some(Ok(bytes)) => (format!(" · about {}", in_bytes(*bytes)), None),
        Some(Err(notice)) => (String::new(), Some(notice)),
        None => (" · …".to_owned(), None),
    };
    let part = if state.player.has_range() {
        " of the range"
    } else {
        ""
    };
    ui.horizontal(|ui| {
        let file = |ui: &mut Ui| {
            cut(ui, name.as_ref(), path.display().to_string());
        };
        ends(ui, file, |ui| {
            ui.label(RichText::new(format!("{frames} frames{part}{size}")).color(colour));
        });
    });
    if let Some(notice) = problem {
        let text = RichText::new(&notice.summary).font(theme::small());
        ui.label(text.color(palette(ui).red)).tip(&notice.details);
    }
}

fn under_way(ui: &mut Ui, writing: &Writing, actions: &mut Vec<Action>) {
    let colour = palette(ui).muted;
    let frames = readable::count(writing.frames as u64);
    ui.horizontal(|ui| {
        let file = |ui: &mut Ui| {
            ui.add(Label::new(&writing.name).truncate());
        };
        ends(ui, file, |ui| {
            ui.label(RichText::new(format!("{frames} frames")).color(colour));
        });
    });
    ui.add_space(theme::TIGHT);
    progress(ui, "Film written", writing.share(), ui.available_width());
    ui.add_space(2.0);
    let done = readable::count(writing.done() as u64);
    let text = match writing.speed() {
        _ if writing.is_cancelled() => "cancelling…".to_owned(),
        Some((speed, left)) => format!(
            "frame {done} · {}/s · {} left",
            readable::speed(speed),
            readable::span(left)
        ),
        None => format!("frame {done}"),
    };
    ui.horizontal(|ui| {
        ui.set_min_height(theme::CONTROL_SMALL);
        let speed = |ui: &mut Ui| {
            ui.add(Label::new(RichText::new(text).color(colour)).truncate());
        };
        ends(ui, speed, |ui| {
            let cancel = Button::new("Cancel").name("Cancel the export");
            let cancel = cancel.small().quiet().tip("Write nothing.");
            if ui.add_enabled(!writing.is_cancelled(), cancel).clicked() {
                actions.push(Action::Animate(AnimateAction::CancelFilm));
            }
        });
    });
}

fn buttons(ui: &mut Ui, state: &AnimateState, actions: &mut Vec<Action>) {
    let named = !state.film.form.file.path.trim().is_empty();
    let has_keys = !state.project.animation().keys.is_empty();
    let ready = named && has_keys && state.film.writing.is_none();
    ui.horizontal(|ui| {
        let half = (ui.available_width() - theme::GAP) / 2.0;
        let export = Button::new("Export").primary().wide(half);
        let about = "Write the film with the faces as they are now; a run goes on meanwhile.";
        if ui.add_enabled(ready, export.tip(about)).clicked() {
            actions.push(Action::Animate(AnimateAction::WriteFilm));
        }
        let lapse = Button::new("Time-lapse…")
            .name("Time-lapse of a run")
            .wide(half);
        let about = "Write a film of a run's training: the same faces, getting better.";
        let response = ui.add(lapse.tip(about));
        Popup::from_toggle_button_response(&response)
            .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
            .show(|ui| lapse::show(ui, &state.film, actions));
    });
}

/// What came of the last export.
fn came_of(ui: &mut Ui, state: &AnimateState, actions: &mut Vec<Action>) {
    if let Some(failed) = &state.film.failed {
        ui.add_space(theme::TIGHT);
        let text = RichText::new(&failed.summary).font(theme::small());
        ui.label(text.color(palette(ui).red)).tip(&failed.details);
    }
    let Some(path) = &state.film.done else {
        return;
    };
    ui.add_space(theme::TIGHT);
    if let Some(choice) = saved_file(ui, path) {
        actions.push(Action::Frame(FrameAction::WithFile(choice, path.clone())));
    }
}

/// `1.8 MB`, `640 kB`.
fn in_bytes(bytes: u64) -> String {
    let bytes = bytes as f64;
    match bytes {
        _ if bytes >= 1e9 => format!("{:.1} GB", bytes / 1e9),
        _ if bytes >= 1e6 => format!("{:.1} MB", bytes / 1e6),
        _ => format!("{:.0} kB", (bytes / 1e3).max(1.0)),
    }
}
