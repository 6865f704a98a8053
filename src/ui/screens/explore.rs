//! The latent space: a wall to choose from, the current face, the way between two faces.

use std::path::{Path, PathBuf};

use egui::{
    Align, CentralPanel, Frame, Layout, Margin, Panel, Rect, RichText, Role, ScrollArea, Sense, Ui,
    WidgetInfo, pos2, vec2,
};

use super::{latent_panel, toolbar};
use crate::latent::path::Interpolation;
use crate::session::{Move, Pose, RunState, STRIP};
use crate::ui::App;
use crate::ui::action::Action;
use crate::ui::generators::Explorer;
use crate::ui::theme::{self, palette};
use crate::ui::widgets::{Button, Face, Icon, empty_state, note, segmented, slider};
use crate::worker::ModelInfo;

/// A model file that was opened.
pub struct Opened {
    /// Where it is.
    pub path: PathBuf,
    /// What it was trained on.
    pub data: String,
}

/// What this screen keeps from frame to frame.
#[derive(Default)]
pub struct ExploreScreen {
    /// The path in the field for a model.
    pub path: String,
    /// The model file that was opened last.
    pub model: Option<Opened>,
    /// Whether the large face is drawn smooth.
    pub smooth: bool,
}

impl ExploreScreen {
    /// A model file was read.
    pub fn opened(&mut self, path: &Path, info: &ModelInfo) {
        self.model = Some(Opened {
            path: path.to_path_buf(),
            data: info.data.clone(),
        });
    }
}

/// Draws the screen.
pub fn show(ui: &mut Ui, app: &mut App, wishes: &mut Vec<Action>) {
    let ready = app
        .explorer
        .as_ref()
        .is_some_and(|explorer| explorer.faces.is_ready());
    let margin = theme::panel_margin();
    if !ready {
        let frame = Frame::new().fill(palette(ui).ground).inner_margin(margin);
        CentralPanel::default()
            .frame(frame)
            .show(ui, |ui| nothing_yet(ui, app, wishes));
        return;
    }
    let Some(mut explorer) = app.explorer.take() else {
        return;
    };
    let panel = Frame::new().fill(palette(ui).panel);
    let low = panel.inner_margin(Margin::symmetric(theme::WIDE as i8, 12));
    Panel::bottom("morph")
        .resizable(false)
        .frame(low)
        .show(ui, |ui| {
            super::morph_bar::show(ui, app, wishes);
        });
    let side = panel.inner_margin(Margin {
        left: 12,
        right: 4,
        top: theme::TOP,
        bottom: 0,
    });
    let narrow = ui.available_width() < 1160.0;
    Panel::left("random faces")
        .exact_size(if narrow { 160.0 } else { 232.0 })
        .resizable(false)
        .frame(side)
        .show(ui, |ui| {
            random_faces(ui, &explorer, wishes);
        });
    let side = panel.inner_margin(Margin {
        left: 16,
        right: 4,
        top: theme::TOP,
        bottom: 0,
    });
    let width = if narrow { 272.0 } else { 312.0 };
    Panel::right("latent")
        .exact_size(width)
        .resizable(false)
        .frame(side)
        .show(ui, |ui| {
            latent_panel::show(ui, &explorer.state, wishes);
        });
    let frame = Frame::new().fill(palette(ui).ground).inner_margin(Margin {
        top: theme::TOP,
        bottom: 8,
        ..margin
    });
    CentralPanel::default()
        .frame(frame)
        .show(ui, |ui| centre(ui, app, &mut explorer, wishes));
    app.explorer = Some(explorer);
}

/// What stands here before there is a generator.
fn nothing_yet(ui: &mut Ui, app: &App, wishes: &mut Vec<Action>) {
    if let Some((path, _)) = &app.opening {
        let name = path.display().to_string();
        empty_state(ui, "Reading the model", &name, |ui| ui.spinner());
        return;
    }
    let state = app.session().state;
    if state.is_active() {
        let hint = match state {
            RunState::Preparing => {
                "The run is getting ready. Its generator appears here with the first step."
            }
            _ => "The generator draws its first faces for you.",
        };
        empty_state(ui, "Faces are on their way", hint, |ui| ui.spinner());
        return;
    }
    let hint = "Start a run and play with its faces while it learns, or open a model file: type its path, browse, or drop a .safetensors file on the window.";
    empty_state(ui, "No generator yet", hint, |ui| {
        let start = Button::new("Start training").icon(Icon::Play).primary();
        let obstacle = app.obstacle();
        if ui
            .add_enabled(
                obstacle.is_none(),
                start.tip("Start a run with the settings of the Train screen. Key: F5"),
            )
            .clicked()
        {
            wishes.push(Action::Start);
        }
        if obstacle.is_some() {
            note(ui, "The settings on the Train screen cannot work yet.");
        }
        ui.add_space(theme::WIDE);
        let width = 460.0_f32.min(ui.available_width());
        ui.allocate_ui(vec2(width, theme::CONTROL), |ui| {
            toolbar::model_field(ui, app, width, wishes)
        });
    });
}

fn random_faces(ui: &mut Ui, explorer: &Explorer, wishes: &mut Vec<Action>) {
    ui.horizontal(|ui| {
        ui.set_min_height(theme::CONTROL);
        ui.label(RichText::new("Faces").font(theme::heading()));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.add_space(theme::GAP);
            let new = Button::new("New").name("New random faces").key("R").quiet();
            if ui
                .add(new.tip("Draw other random faces to choose from."))
                .clicked()
            {
                wishes.push(Action::NewWall);
            }
        });
    });
    let columns = if ui.available_width() > 200.0 { 3 } else { 2 };
    let (tile, gap) = (64.0, theme::GAP);
    let count = explorer.state.wall().len();
    let picked = explorer.state.picked();
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        let rows = count.div_ceil(columns) as f32;
        let size = vec2(columns as f32 * (tile + gap), rows * (tile + gap) + gap);
        let (all, _) = ui.allocate_exact_size(size, Sense::hover());
        for place in 0..count {
            let offset = vec2((place % columns) as f32, (place / columns) as f32) * (tile + gap);
            let rect = Rect::from_min_size(all.min + vec2(0.0, 4.0) + offset, vec2(tile, tile));
            let face = Face::new(explorer.faces.wall(), place).selected(picked == Some(place));
            let response = face.button(ui, rect, &format!("Random face {}", place + 1));
            if response
                .on_hover_text("Make this the current face.")
                .clicked()
            {
                wishes.push(Action::Explore(Move::Pick(place), None));
            }
        }
    });
}

fn centre(ui: &mut Ui, app: &App, explorer: &mut Explorer, wishes: &mut Vec<Action>) {
    toolbar::show(ui, app, explorer, wishes);
    let strip = 148.0;
    let height = (ui.available_height() - strip).max(64.0);
    let width = ui.available_width();
    let (area, _) = ui.allocate_exact_size(vec2(width, height), Sense::hover());
    large_face(ui, explorer, area);
    between(ui, explorer, wishes);
}

fn large_face(ui: &mut Ui, explorer: &mut Explorer, area: Rect) {
    let pixels = ui.pixels_per_point();
    let sheet = explorer.faces.face();
    let own = sheet.tile().max(1) as f32 / pixels;
    let fit = (area.width().min(area.height()) - 2.0 * theme::GAP).max(8.0);
    let side = if fit >= own {
        (fit / own).floor() * own
    } else {
        fit
    };
    let corner = area.center() - vec2(side, side) / 2.0;
    let corner = pos2(
        (corner.x * pixels).round() / pixels,
        (corner.y * pixels).round() / pixels,
    );
    let rect = Rect::from_min_size(corner, vec2(side, side));
    let response = ui.interact(rect, ui.scope_id().with("current face"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, "Current face"));
    Face::new(sheet, 0)
        .radius(theme::PICTURE_RADIUS)
        .paint(ui, rect);
}

/// Faces on the way from A to B, and the slider along it.
fn between(ui: &mut Ui, explorer: &Explorer, wishes: &mut Vec<Action>) {
    let pose = explorer.state.pose();
    let tile = ((ui.available_width() - 2.0 * 0.0) / STRIP as f32)
        .clamp(24.0, 64.0)
        .floor();
    let width = tile * STRIP as f32;
    let margin = ((ui.available_width() - width) / 2.0).max(0.0);
    ui.horizontal(|ui| {
        ui.add_space(margin);
        ui.allocate_ui_with_layout(
            vec2(width, theme::CONTROL),
            Layout::left_to_right(Align::Center),
            |ui| {
                ends(ui, pose, wishes);
            },
        );
    });
    ui.horizontal(|ui| {
        ui.add_space(margin);
        ui.spacing_mut().item_spacing.x = 0.0;
        let (all, _) = ui.allocate_exact_size(vec2(width, tile), Sense::hover());
        strip(ui, explorer, all, wishes);
    });
    ui.horizontal(|ui| {
        ui.add_space(margin);
        let mut t = pose.t;
        let size = (width, theme::CONTROL_SMALL);
        let response = slider(ui, "Between A and B", &mut t, 0.0..=1.0, 0.0, size);
        response.on_hover_text("Walk from face A to face B; the current face follows.");
        if t != pose.t {
            wishes.push(Action::Explore(Move::Go(t), Some(0xfffe)));
        }
    });
}

/// The buttons that make the current face an end, and the line between the ends.
fn ends(ui: &mut Ui, pose: &Pose, wishes: &mut Vec<Action>) {
    let a = Button::new("Set A").key("A").quiet();
    if ui
        .add(a.tip("The way begins at the current face."))
        .clicked()
    {
        wishes.push(Action::Explore(Move::SetA, None));
    }
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        let b = Button::new("Set B").key("B").quiet();
        if ui.add(b.tip("The way ends at the current face.")).clicked() {
            wishes.push(Action::Explore(Move::SetB, None));
        }
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            let middle = 128.0 + 40.0 + 2.0 * theme::GAP + 40.0;
            ui.add_space(((ui.available_width() - middle) / 2.0).max(0.0));
            let choices = [
                (Interpolation::Slerp, "Slerp", "Along the sphere: every face on the way is as likely as its ends (spherical interpolation)."),
                (Interpolation::Lerp, "Lerp", "The straight line: faces in the middle are closer to the average (linear interpolation)."),
            ];
            if let Some(how) = segmented(ui, Role::RadioButton, pose.how, &choices, vec2(128.0, theme::CONTROL)) {
                wishes.push(Action::Explore(Move::How(how), None));
            }
            let swap = Button::icon_only(Icon::Swap, "Swap A and B");
            if ui.add(swap.tip("A and B change places.")).clicked() {
                wishes.push(Action::Explore(Move::Swap, None));
            }
            let share = format!("{:.0} %", 100.0 * pose.t);
            let colour = if pose.is_on_the_way() { palette(ui).text } else { palette(ui).muted };
            ui.label(RichText::new(share).color(colour)).on_hover_text("How far along the way the slider stands.");
        });
    });
}

fn strip(ui: &Ui, explorer: &Explorer, all: Rect, wishes: &mut Vec<Action>) {
    let pose = explorer.state.pose();
    let tile = all.height();
    let last = (STRIP - 1) as f32;
    let nearest = (pose.t * last).round() as usize;
    let on = pose.is_on_the_way();
    for place in 0..STRIP {
        let rect = Rect::from_min_size(all.min + vec2(place as f32 * tile, 0.0), vec2(tile, tile));
        let name = match place {
            0 => "Face A".to_owned(),
            place if place == STRIP - 1 => "Face B".to_owned(),
            place => format!("Between A and B, {:.0} %", 100.0 * place as f32 / last),
        };
        let face = Face::new(explorer.faces.strip(), place).radius(0.0);
        let response = face.button(ui, rect.shrink2(vec2(0.5, 0.0)), &name);
        if response.on_hover_text(&name).clicked() {
            wishes.push(Action::Explore(Move::Go(place as f32 / last), None));
        }
    }
    if on {
        let rect =
            Rect::from_min_size(all.min + vec2(nearest as f32 * tile, 0.0), vec2(tile, tile));
        let stroke = egui::Stroke::new(2.0, palette(ui).accent);
        ui.painter()
            .rect_stroke(rect.expand(1.0), 2.0, stroke, egui::StrokeKind::Inside);
    }
}
