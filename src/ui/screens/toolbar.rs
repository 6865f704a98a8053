//! Above the large face: undo, redo, what makes a new face, and how to come to another generator.

use std::path::PathBuf;

use egui::{Align, Layout, Popup, PopupCloseBehavior, RichText, Role, Ui, vec2};

use crate::session::Move;
use crate::ui::App;
use crate::ui::action::Action;
use crate::ui::generators::Explorer;
use crate::ui::theme;
use crate::ui::widgets::{Button, Icon, PathField, path_field, segmented};
use crate::worker::Pick;

/// Below this width the commonest buttons show their icons only.
const NARROW: f32 = 640.0;

/// Draws it.
pub fn show(ui: &mut Ui, app: &App, explorer: &Explorer, wishes: &mut Vec<Action>) {
    let narrow = ui.available_width() < NARROW;
    ui.horizontal(|ui| {
        ui.set_min_height(theme::CONTROL);
        ui.spacing_mut().item_spacing.x = theme::TIGHT;
        let state = &explorer.state;
        let undo = small_if(narrow, "Undo", Icon::Undo).tip("Go one change back. Key: Ctrl+Z");
        if ui.add_enabled(state.can_undo(), undo).clicked() {
            wishes.push(Action::Undo);
        }
        let about = "Take the last undo back. Keys: Ctrl+Shift+Z, Ctrl+Y";
        let redo = small_if(narrow, "Redo", Icon::Redo).tip(about);
        if ui.add_enabled(state.can_redo(), redo).clicked() {
            wishes.push(Action::Redo);
        }
        let random = Button::new("Random").key("N").quiet();
        let about = "Another random face: every number drawn from N(0, 1).";
        if ui.add(random.tip(about)).clicked() {
            wishes.push(Action::Explore(Move::Random, None));
        }
        let reset = Button::new("Reset").quiet();
        let about = "Set every number to 0: the middle of the latent space.";
        if ui.add(reset.tip(about)).clicked() {
            wishes.push(Action::Explore(Move::Zero, None));
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            sharpness(ui, app.explore.smooth, wishes);
            other_generators(ui, app, wishes);
        });
    });
}

fn small_if(narrow: bool, name: &str, icon: Icon) -> Button<'_> {
    if narrow {
        Button::icon_only(icon, name)
    } else {
        Button::new(name).icon(icon).quiet()
    }
}

fn sharpness(ui: &mut Ui, smooth: bool, wishes: &mut Vec<Action>) {
    let choices = [
        (
            false,
            "Crisp",
            "Enlarge with hard pixels (nearest neighbour).",
        ),
        (true, "Smooth", "Enlarge with soft pixels (bilinear)."),
    ];
    let size = vec2(128.0, theme::CONTROL);
    if let Some(smooth) = segmented(ui, Role::RadioButton, smooth, &choices, size) {
        wishes.push(Action::Smooth(smooth));
    }
}

/// A model file, or the run again.
fn other_generators(ui: &mut Ui, app: &App, wishes: &mut Vec<Action>) {
    let open = Button::new("Open model…").quiet();
    let about = "Show the faces of a model file. You can also drop one on the window.";
    let response = ui.add(open.tip(about));
    Popup::from_toggle_button_response(&response)
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .show(|ui| {
            let width = 420.0;
            ui.set_width(width);
            ui.label(RichText::new("Open a model file").font(theme::heading()));
            ui.add_space(theme::TIGHT);
            model_field(ui, app, width, wishes);
        });
    if app.can_show_run() {
        let live = Button::new("Show the run").quiet();
        let about = "Show the faces of the run's generator again.";
        if ui.add(live.tip(about)).clicked() {
            wishes.push(Action::UseLive);
        }
    }
}

/// The path of a model, with buttons to browse and to open.
pub fn model_field(ui: &mut Ui, app: &App, width: f32, wishes: &mut Vec<Action>) {
    let mut path = app.explore.path.clone();
    let open = 64.0;
    ui.horizontal(|ui| {
        let field = path_field(
            ui,
            "Model file",
            "Path of a .safetensors file",
            &mut path,
            width - open - theme::GAP,
        );
        let button = Button::new("Open")
            .name("Open the model")
            .tip("Read the model file and explore its faces.");
        let pressed = ui.add_enabled(!path.trim().is_empty(), button).clicked();
        match field {
            Some(PathField::Browse) => wishes.push(Action::Browse(Pick::Model)),
            Some(PathField::Changed) => wishes.push(Action::ModelPath(path.clone())),
            Some(PathField::Entered) | None => {}
        }
        if (pressed || field == Some(PathField::Entered)) && !path.trim().is_empty() {
            wishes.push(Action::OpenModel(PathBuf::from(path.trim())));
        }
    });
}
