//! Settings, wall, curves.

use egui::{
    Align, CentralPanel, Frame, Id, Layout, Margin, Panel, Rect, RichText, Role, Sense, Ui,
    WidgetInfo, vec2,
};

use super::settings;
use crate::session::{RunState, Series};
use crate::ui::App;
use crate::ui::action::Action;
use crate::ui::curves::{Chart, Curve, Curves};
use crate::ui::format;
use crate::ui::texture::Sheet;
use crate::ui::theme::{self, palette};
use crate::ui::widgets::{Button, Face, Icon, empty_state, note, progress, segmented};

/// What this screen keeps from frame to frame.
pub struct TrainScreen {
    /// The faces that the run draws again and again.
    pub wall: Sheet,
    /// Whether the curves show only the last steps.
    pub recent: bool,
    curves: Curves,
}

impl Default for TrainScreen {
    fn default() -> Self {
        Self {
            wall: Sheet::new("sample wall"),
            recent: false,
            curves: Curves::default(),
        }
    }
}

impl TrainScreen {
    /// A new run: the wall and the curves of the last are gone.
    pub fn begin(&mut self) {
        self.wall = Sheet::new("sample wall");
        self.curves = Curves::default();
    }
}

/// Draws the screen.
pub fn show(ui: &mut Ui, app: &mut App, wishes: &mut Vec<Action>) {
    let narrow = ui.available_width() < 1160.0;
    let side = |width: f32| if narrow { width * 0.9 } else { width };
    let margin = theme::panel_margin();
    let frame = Frame::new().fill(palette(ui).panel).inner_margin(Margin {
        right: 4,
        bottom: 0,
        ..margin
    });
    Panel::left("settings")
        .exact_size(side(272.0))
        .resizable(false)
        .frame(frame)
        .show(ui, |ui| {
            settings::show(ui, app, wishes);
        });
    let frame = Frame::new().fill(palette(ui).panel).inner_margin(margin);
    Panel::right("curves")
        .exact_size(side(392.0))
        .resizable(false)
        .frame(frame)
        .show(ui, |ui| {
            curves(ui, app, wishes);
        });
    let frame = Frame::new().fill(palette(ui).ground).inner_margin(margin);
    CentralPanel::default()
        .frame(frame)
        .show(ui, |ui| centre(ui, app, wishes));
}

fn centre(ui: &mut Ui, app: &App, wishes: &mut Vec<Action>) {
    let session = app.session();
    if app.train.wall.count() > 0 {
        wall(ui, app);
        return;
    }
    match session.state {
        RunState::Idle | RunState::Ended => {
            let hint = "Sixty-four faces will appear here, made from the same random numbers every time, so that you see each of them take shape as the network learns.";
            empty_state(ui, "No faces yet", hint, |ui| {
                let obstacle = app.obstacle();
                let start = Button::new("Start training").icon(Icon::Play).primary();
                let start = start.tip("Start a run with the settings on the left. Key: F5");
                if ui.add_enabled(obstacle.is_none(), start).clicked() {
                    wishes.push(Action::Start);
                }
                if obstacle.is_some() {
                    ui.add_space(theme::GAP);
                    note(ui, "One of the settings on the left cannot work yet.");
                }
            });
        }
        _ => {
            let (title, hint) = waiting(app);
            empty_state(ui, title, &hint, |ui| match &session.preparing {
                Some(preparing) => {
                    let share = preparing.ready as f32 / preparing.total.max(1) as f32;
                    progress(ui, "Pictures ready", share, 240.0);
                }
                None => {
                    ui.spinner();
                }
            });
        }
    }
}

/// What is being waited for: in two words, and in full.
fn waiting(app: &App) -> (&'static str, String) {
    let session = app.session();
    if session.started.is_none() {
        return (
            "Getting ready",
            "Checking the settings and the device.".to_owned(),
        );
    }
    match &session.preparing {
        Some(preparing) => {
            let of = format!(
                "{} of {}",
                format::count(preparing.ready as u64),
                format::count(preparing.total as u64)
            );
            let skipped = match preparing.skipped {
                0 => String::new(),
                skipped => format!(", {} skipped", format::count(skipped as u64)),
            };
            (
                "Preparing pictures",
                format!("{of} ready{skipped}. Training begins as soon as there are enough."),
            )
        }
        None => (
            "The first faces are on their way",
            "They are drawn after the first steps.".to_owned(),
        ),
    }
}

fn wall(ui: &mut Ui, app: &App) {
    let sheet = &app.train.wall;
    ui.horizontal(|ui| {
        ui.set_min_height(theme::CONTROL);
        ui.label(RichText::new("Wall").font(theme::heading()));
        let about = format!("{} faces · same latents every time", sheet.count());
        ui.label(RichText::new(about).color(palette(ui).muted));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let step = format!("step {}", format::count(sheet.step()));
            ui.label(RichText::new(step).color(palette(ui).muted));
        });
    });
    ui.add_space(theme::GAP);
    // Kept free also when there is nothing to say, so that the wall does not jump.
    let footer = 32.0;
    let space = ui.available_size() - vec2(0.0, footer);
    let columns = sheet.columns().max(1);
    let rows = sheet.count().div_ceil(columns);
    let tile = tile_side(ui, sheet.tile(), space, columns, rows);
    let span = |count: usize| count as f32 * tile + (count - 1) as f32 * theme::TIGHT;
    let size = vec2(span(columns), span(rows));
    let (area, _) = ui.allocate_exact_size(space, Sense::hover());
    // On whole pixels, or nearest-neighbour sampling doubles some rows and drops others.
    let pixels = ui.pixels_per_point();
    let corner = area.center() - size / 2.0;
    let corner = egui::pos2(
        (corner.x * pixels).round() / pixels,
        ((corner.y.max(area.top())) * pixels).round() / pixels,
    );
    let all = Rect::from_min_size(corner, size);
    let response = ui.interact(all, Id::unique("sample wall"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, "Sample wall"));
    for place in 0..sheet.count() {
        let step = tile + theme::TIGHT;
        let offset = vec2(
            (place % columns) as f32 * step,
            (place / columns) as f32 * step,
        );
        let rect = Rect::from_min_size(corner + offset, vec2(tile, tile));
        Face::new(sheet, place).paint(ui, rect);
    }
    if let Some(preparing) = &app.session().preparing {
        let ready = format::count(preparing.ready as u64);
        let total = format::count(preparing.total as u64);
        ui.horizontal(|ui| {
            let share = preparing.ready as f32 / preparing.total.max(1) as f32;
            progress(ui, "Pictures ready", share, 120.0);
            note(
                ui,
                format!("{ready} of {total} pictures ready; training has begun on these"),
            );
        });
    }
}

/// The side of a tile in points: a whole multiple of its pixels when one fits.
fn tile_side(ui: &Ui, tile: usize, space: egui::Vec2, columns: usize, rows: usize) -> f32 {
    let fit =
        |length: f32, count: usize| (length - (count as f32 - 1.0) * theme::TIGHT) / count as f32;
    let side = fit(space.x, columns).min(fit(space.y, rows)).max(4.0);
    let pixels = ui.pixels_per_point();
    let own = tile.max(1) as f32 / pixels;
    let whole = (side / own).floor() * own;
    // Pixels of unequal size are the lesser evil where a whole multiple would waste much room.
    if whole >= 0.72 * side {
        whole
    } else {
        (side * pixels).floor() / pixels
    }
}

fn curves(ui: &mut Ui, app: &mut App, wishes: &mut Vec<Action>) {
    Panel::bottom("run")
        .frame(Frame::new())
        .show_separator_line(false)
        .show(ui, |ui| {
            run_footer(ui, app, wishes);
        });
    let recent = app.train.recent;
    app.train.curves.follow(&app.session.history, recent);
    ui.horizontal(|ui| {
        ui.set_min_height(theme::CONTROL);
        let about = match app.train.curves.hovered_step() {
            Some(step) => format!("at step {}", format::count(step)),
            None => "newest values".to_owned(),
        };
        let heading = if app.session.history.is_empty() { String::new() } else { about };
        ui.label(RichText::new("Curves").font(theme::heading()));
        ui.label(RichText::new(heading).color(palette(ui).muted));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let choices = [
                (false, "All", "The whole run; a faint band spans least and greatest value where steps are folded together."),
                (true, "Recent", "The last 512 steps, each of them."),
            ];
            let size = vec2(128.0, theme::CONTROL);
            if let Some(recent) = segmented(ui, Role::RadioButton, recent, &choices, size) {
                wishes.push(Action::Recent(recent));
            }
        });
    });
    ui.add_space(theme::TIGHT);
    charts(ui, &mut app.train.curves);
}

fn charts(ui: &mut Ui, curves: &mut Curves) {
    let palette = palette(ui);
    let curve = |series, name, about, colour| Curve {
        series,
        name,
        about,
        colour,
        dashed: false,
    };
    let losses = [
        curve(
            Series::LossD,
            "D",
            "Binary cross-entropy of the discriminator on real and on generated pictures, added.",
            palette.blue,
        ),
        curve(
            Series::LossG,
            "G",
            "Binary cross-entropy of the generator: −log D(G(z)).",
            palette.accent,
        ),
    ];
    let after = "Mean D(G(z)) of the same pictures after the discriminator learnt from them.";
    let real = [
        curve(
            Series::Real,
            "data",
            "Mean D(x): how real the discriminator finds real pictures.",
            palette.green,
        ),
        curve(
            Series::Fake,
            "samples",
            "Mean D(G(z)): how real the discriminator finds generated pictures.",
            palette.violet,
        ),
        Curve {
            dashed: true,
            ..curve(Series::FakeAfter, "after", after, palette.violet)
        },
    ];
    let speed = [curve(
        Series::Speed,
        "images/s",
        "Real pictures a second, averaged over the last steps.",
        palette.yellow,
    )];
    let space = ui.available_height() - 2.0 * theme::WIDE - 24.0;
    let group = Id::unique("curves of the run");
    let two = |value: f32| format!("{value:.2}");
    let all = [
        Chart {
            id: "losses",
            title: "Losses",
            about: "What each network tries to make small; neither should win.",
            curves: &losses,
            top: None,
            height: 0.38 * space,
            steps: false,
            write: two,
        },
        Chart {
            id: "scores",
            title: "Verdict",
            about: "The discriminator's mean answer from 0 (generated) to 1 (real); 0.5 means that it cannot tell.",
            curves: &real,
            top: Some(1.0),
            height: 0.38 * space,
            steps: false,
            write: two,
        },
        Chart {
            id: "speed",
            title: "Speed",
            about: "Real pictures a second.",
            curves: &speed,
            top: None,
            height: 0.24 * space + 16.0,
            steps: true,
            write: format::speed,
        },
    ];
    let mut hovered = None;
    for chart in &all {
        hovered = curves.show(ui, group, chart).or(hovered);
        ui.add_space(theme::GAP);
    }
    curves.point_at(hovered);
}

/// Save, and where the run is.
fn run_footer(ui: &mut Ui, app: &App, wishes: &mut Vec<Action>) {
    let session = app.session();
    let Some(started) = &session.started else {
        return;
    };
    ui.add_space(theme::GAP);
    ui.horizontal(|ui| {
        let can = matches!(session.state, RunState::Running | RunState::Paused);
        let save = Button::new("Save model").tip("Write the model now; the run goes on.");
        if ui.add_enabled(can, save).clicked() {
            wishes.push(Action::Save);
        }
        let saved = match &session.saved {
            Some((step, path)) => (
                format!("saved at step {}", format::count(*step)),
                path.display().to_string(),
            ),
            None => (
                "not saved yet".to_owned(),
                "A run also saves by itself when it ends.".to_owned(),
            ),
        };
        ui.label(RichText::new(saved.0).color(palette(ui).muted))
            .on_hover_text(saved.1);
    });
    ui.horizontal(|ui| {
        let path = started.run.display().to_string();
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let copy = Button::new("Copy path").quiet().small();
            if ui
                .add(copy.tip("Put the path of the run folder on the clipboard."))
                .clicked()
            {
                wishes.push(Action::Copy(path.clone()));
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let text = RichText::new(&path)
                    .font(theme::small())
                    .color(palette(ui).muted);
                ui.add(egui::Label::new(text).truncate())
                    .on_hover_text(format!("The run folder: {path}"));
            });
        });
    });
}
