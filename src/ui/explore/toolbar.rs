//! Above the large face: undo, redo, what stands in the middle, what is compared, and other generators.

use std::path::PathBuf;

use egui::{Popup, PopupCloseBehavior, RichText, Role, Ui, vec2};

use super::faces::Source;
use super::large_face;
use crate::session::{Move, RunState};
use crate::ui::action::{Action, FrameAction};
use crate::ui::animate::action::{AnimateAction, Show};
use crate::ui::explore::action::ExploreAction;
use crate::ui::explore::choices::Centre;
use crate::ui::explore::explorer::Explorer;
use crate::ui::explore::state::ExploreState;
use crate::ui::explore::stills::action::{StillAction, StillSubject};
use crate::ui::explore::zoom;
use crate::ui::frame::commands::Command;
use crate::ui::shared::Shared;
use crate::ui::theme;
use crate::ui::widgets::{
    Button, Ends, Icon, PathField, Tip, leaves_space, path_field, segmented, space_is_free,
};
use crate::worker::jobs::dialog::Pick;

/// Below this width the commonest buttons show their icons only.
const NARROW: f32 = 600.0;
/// Below this width undo and redo do.
const ROOMY: f32 = 780.0;

pub fn show(
    ui: &mut Ui,
    state: &ExploreState,
    shared: &Shared<'_>,
    explorer: &Explorer,
    actions: &mut Vec<Action>,
) {
    let narrow = ui.available_width() < NARROW;
    let roomy = ui.available_width() >= ROOMY;
    ui.horizontal(|ui| {
        ui.set_min_height(theme::CONTROL);
        ui.spacing_mut().item_spacing.x = theme::TIGHT;
        let explored = &explorer.state;
        let undo = small_if(!roomy, Command::Undo, Icon::Undo);
        let can_undo = explored.can_undo() || state.paints_now();
        if ui.add_enabled(can_undo, undo).clicked() {
            actions.push(Action::Explore(ExploreAction::Undo));
        }
        let redo = small_if(!roomy, Command::Redo, Icon::Redo);
        if ui.add_enabled(explored.can_redo(), redo).clicked() {
            actions.push(Action::Explore(ExploreAction::Redo));
        }
        let random = Button::of(Command::Random).quiet();
        let random = if narrow { random } else { random.cap() };
        if ui.add(random).clicked() {
            actions.push(Action::moved(Move::Random, None));
        }
        let walk = Button::of(Command::Walk).on(state.controls.walk.is_on());
        let walk = if narrow { walk } else { walk.cap() };
        if ui.add(walk).clicked() {
            actions.push(Action::Explore(ExploreAction::Walk));
        }
        Ends::of(ui).right(ui, |ui| {
            freeze(ui, state, shared, actions);
            centre(ui, state, actions);
            compare(ui, state, narrow, actions);
            if !narrow {
                let reset = Button::new("Reset").quiet();
                let about = "Back to the face that was chosen, before it was changed bit by bit.";
                if ui.add(reset.tip(about)).clicked() {
                    actions.push(Action::moved(Move::Revert, None));
                }
            }
            more(ui, state, actions);
        });
    });
}

fn small_if(narrow: bool, command: Command, icon: Icon) -> Button<'static> {
    if narrow {
        Button::icon_only(icon, command.name()).command(command)
    } else {
        Button::of(command).icon(icon).quiet()
    }
}

fn centre(ui: &mut Ui, state: &ExploreState, actions: &mut Vec<Action>) {
    let choices = [
        (
            Centre::Face,
            "Face",
            "The current face, and the way between two faces.",
        ),
        (
            Centre::Pad,
            "Pad",
            "The current face between four others: drag on it to walk among them.",
        ),
        (
            Centre::Pull,
            "Pull",
            "Take hold of the face and pull: the latent follows (as in DragGAN).",
        ),
    ];
    let size = vec2(150.0, theme::CONTROL);
    if let Some(centre) = segmented(ui, Role::RadioButton, state.controls.centre, &choices, size) {
        actions.push(Action::Explore(ExploreAction::Centre(centre)));
    }
}

/// The face before for as long as it is held.
fn compare(ui: &mut Ui, state: &ExploreState, narrow: bool, actions: &mut Vec<Action>) {
    let before = Button::of(Command::Compare).on(state.controls.comparing);
    let before = if narrow { before } else { before.cap() };
    let button = ui.add(before);
    leaves_space(&button);
    // Space presses the button that has the keyboard; elsewhere it is free.
    let space = space_is_free(ui.ctx()) && Command::Compare.is_down(ui) && !zoom::is_panned(ui);
    let held = button.is_pointer_button_down_on() || space;
    if held != state.controls.comparing {
        actions.push(Action::Explore(ExploreAction::Comparing(held)));
    }
}

/// What is seldom needed.
fn more(ui: &mut Ui, state: &ExploreState, actions: &mut Vec<Action>) {
    let response = ui.add(
        Button::icon_only(Icon::More, "More about the face")
            .tip("How the face is shown, and other models."),
    );
    Popup::from_toggle_button_response(&response)
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .show(|ui| {
            let width = 380.0;
            ui.set_width(width);
            shown(ui, state, actions);
            ui.separator();
            pictures(ui, state, actions);
            ui.separator();
            let about = "Back to the face that was chosen, before it was changed bit by bit.";
            let reset = ui.button("Reset to the chosen face").tip(about);
            if reset.clicked() {
                actions.push(Action::moved(Move::Revert, None));
            }
            let about = "The face in the middle of all: the generator's most ordinary one.";
            let average = ui.button("The average face (all numbers 0)").tip(about);
            if average.clicked() {
                actions.push(Action::moved(Move::Zero, None));
            }
            ui.separator();
            ui.label(RichText::new("Open a model file").font(theme::heading()));
            ui.add_space(theme::TIGHT);
            model_field(ui, state, width, actions);
            other_generators(ui, state, actions);
        });
}

/// The current face as a picture.
fn pictures(ui: &mut Ui, state: &ExploreState, actions: &mut Vec<Action>) {
    let Some(explored) = state.explored() else {
        return;
    };
    let face = || StillSubject::Face(explored.pose().current.clone());
    ui.horizontal(|ui| {
        for (command, action) in [
            (Command::SavePicture, StillAction::Save as fn(_) -> _),
            (Command::SavePictureAs, StillAction::Ask),
            (Command::CopyPicture, StillAction::Copy),
        ] {
            if ui.add(Button::of(command)).clicked() {
                actions.push(Action::Explore(ExploreAction::Still(action(face()))));
                ui.close();
            }
        }
        let full = Button::icon_only(Icon::FullScreen, Command::FullScreenFace.name());
        if ui.add(full.command(Command::FullScreenFace)).clicked() {
            let show = AnimateAction::FullScreen(Some(Show::Face));
            actions.push(Action::Animate(show));
            ui.close();
        }
    });
}

fn shown(ui: &mut Ui, state: &ExploreState, actions: &mut Vec<Action>) {
    large_face::choices(ui, state, actions);
    let mut crisp = state.controls.crisp;
    if ui
        .checkbox(&mut crisp, Command::PixelView.name())
        .tip(Command::PixelView.tip())
        .changed()
    {
        actions.push(Action::Explore(ExploreAction::Smooth(!crisp)));
    }
    let mut difference = state.controls.difference;
    let about = Command::Difference.tip();
    if ui
        .checkbox(&mut difference, Command::Difference.name())
        .tip(about)
        .changed()
    {
        actions.push(Action::Explore(ExploreAction::Difference(difference)));
    }
}

/// The run again, or the model that comes with the program.
fn other_generators(ui: &mut Ui, state: &ExploreState, actions: &mut Vec<Action>) {
    if state.can_show_run() {
        let live = Button::new("Show the run");
        let about = "Show the faces of the run's generator again.";
        if ui.add(live.tip(about)).clicked() {
            actions.push(Action::Explore(ExploreAction::ShowRun));
        }
    }
    let faces = state.explorer.as_ref().map(|explorer| &explorer.faces);
    let shown = faces.is_some_and(|faces| faces.source == Source::Shipped);
    if !shown {
        built_in(ui, actions);
    }
}

/// The way back to the model that comes with the program, where there is one.
pub fn built_in(ui: &mut Ui, actions: &mut Vec<Action>) {
    let back = Button::new("Back to the built-in model");
    let back = back.tip("Show the faces of the model that comes with the program.");
    if crate::worker::jobs::shipped::has_shipped_model() && ui.add(back).clicked() {
        actions.push(Action::Explore(ExploreAction::OpenShipped));
    }
}

/// Holds the weights of a run that goes on, or lets them follow.
fn freeze(ui: &mut Ui, state: &ExploreState, shared: &Shared<'_>, actions: &mut Vec<Action>) {
    let Some(explorer) = &state.explorer else {
        return;
    };
    let run = shared.session.state;
    let learning = state.explores_live() && matches!(run, RunState::Running | RunState::Paused);
    if !learning && !explorer.faces.frozen {
        return;
    }
    let frozen = explorer.faces.frozen;
    let freeze = Button::new("Freeze").on(frozen).tip("Hold the weights as they are while the run goes on, so that the faces change by your hand alone.");
    if ui.add(freeze).clicked() {
        actions.push(Action::Explore(ExploreAction::Freeze(!frozen)));
    }
}

/// The path of a model, with buttons to browse and to open.
pub fn model_field(ui: &mut Ui, state: &ExploreState, width: f32, actions: &mut Vec<Action>) {
    let mut path = state.controls.path.clone();
    let open = 64.0;
    ui.horizontal(|ui| {
        let field = path_field(
            ui,
            "Model file",
            "Path of a .safetensors, .pth or .onnx file",
            &mut path,
            width - open - theme::GAP,
        );
        let button = Button::new("Open")
            .name("Open the model")
            .tip("Read the model file and explore its faces.");
        let pressed = ui.add_enabled(!path.trim().is_empty(), button).clicked();
        match field {
            Some(PathField::Browse) => {
                actions.push(Action::Frame(FrameAction::Browse(Pick::Model)))
            }
            Some(PathField::Changed) => {
                actions.push(Action::Explore(ExploreAction::ModelPath(path.clone())))
            }
            Some(PathField::Entered) | None => {}
        }
        if (pressed || field == Some(PathField::Entered)) && !path.trim().is_empty() {
            actions.push(Action::Explore(ExploreAction::OpenModel(PathBuf::from(
                path.trim(),
            ))));
        }
    });
}
