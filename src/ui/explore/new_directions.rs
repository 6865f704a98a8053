//! Where directions come from: what is looked for, made, kept and restored.

use egui::containers::menu::menu_style;
use egui::{Align, Layout, Popup, PopupCloseBehavior, Ui};

use super::faces::Source;
use crate::config::DataChoice;
use crate::session::Move;
use crate::ui::action::Action;
use crate::ui::explore::action::ExploreAction;
use crate::ui::explore::choices::{Centre, SearchMethod};
use crate::ui::explore::state::ExploreState;
use crate::ui::shared::Shared;
use crate::ui::widgets::{Button, Icon, Tip, note};

/// In a panel that is narrower only the icon stands on the button.
const NARROW: f32 = 280.0;

/// The button that looks for directions.
pub fn new_ones(ui: &mut Ui, state: &ExploreState, shared: &Shared<'_>, actions: &mut Vec<Action>) {
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        let new = match ui.max_rect().width() < NARROW {
            true => Button::icon_only(Icon::Plus, "New directions"),
            false => Button::new("New").icon(Icon::Plus).name("New directions").quiet(),
        };
        let response = ui.add(new.tip("Look for directions, or make one from examples."));
        Popup::from_toggle_button_response(&response)
            .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
            .show(|ui| {
                ui.set_width(250.0);
                menu_style(ui.style_mut());
                let idle = state.controls.direction_search.is_none();
                let source = state.explorer.as_ref().map(|explorer| &explorer.faces.source);
                let ways = [
                    (SearchMethod::Labels, "From the labels of the pictures", "Learns to tell the labels of the pictures named below, and finds what changes each of them (InterFaceGAN). Takes up to a minute."),
                    (SearchMethod::Jacobian, "From the whole generator (Jacobian)", "What changes the whole picture most: singular vectors of the generator's Jacobian, measured by drawing. Takes some seconds."),
                    (SearchMethod::Pca, "From faces (PCA)", "Principal components of the first layer's activations (GANSpace)."),
                    (SearchMethod::Sefa, "From weights (SeFa)", "Eigenvectors of the first layer's weights (SeFa)."),
                ];
                for (method, text, about) in ways {
                    let button = egui::Button::new(text);
                    let response = ui.add_enabled(idle, button).tip(about);
                    if response.clicked() {
                        actions.push(Action::Explore(ExploreAction::FindDirections(method)));
                        ui.close();
                    }
                }
                let button = ui.button("From examples…");
                let about = "Put faces that have something in A and faces that have not in B.";
                if button.tip(about).clicked() {
                    actions.push(Action::Explore(ExploreAction::Centre(Centre::Board)));
                    ui.close();
                }
                ui.separator();
                let mut apart = !state.controls.entangled;
                let about = "Each label's direction changes the other labels as little as the network lets it. Without this it changes its own label most, and others with it.";
                if ui.checkbox(&mut apart, "Keep labels independent").tip(about).changed() {
                    actions.push(Action::Explore(ExploreAction::Entangled(!apart)));
                }
                labelled(ui, state, shared, actions);
                ui.separator();
                let shipped = matches!(source, None | Some(Source::Shipped));
                let (text, about) = match shipped {
                    true => ("Keep them with this model", "The directions that were looked for are your own from now on, and there at the next start. The file of the built-in model stays as it is."),
                    false => ("Keep them in the model file", "The directions listed here are there when the file is opened again. A run that goes on finds them anew as it learns, and keeps the newest."),
                };
                let found = state.explored().is_some_and(|explored| !explored.pose().found.is_empty());
                let ready = state.controls.keeping.is_none() && (!shipped || found);
                let response = ui
                    .add_enabled(ready, egui::Button::new(text))
                    .tip(about)
                    .tip_disabled("There is nothing new to keep.");
                if response.clicked() {
                    actions.push(Action::Explore(ExploreAction::KeepDirections));
                    ui.close();
                }
                let about = "Take away what was looked for; directions of the model and your own stay. Undo brings it back.";
                let response = ui
                    .add_enabled(found && idle, egui::Button::new("Restore the model's own"))
                    .tip(about)
                    .tip_disabled("Nothing else is listed.");
                if response.clicked() {
                    actions.push(Action::moved(Move::DropFound, None));
                    ui.close();
                }
            });
    });
}

/// Whose labels are looked for.
fn labelled(ui: &mut Ui, state: &ExploreState, shared: &Shared<'_>, actions: &mut Vec<Action>) {
    let learnt = state.explorer.as_ref();
    let known = learnt.is_some_and(|explorer| explorer.learnt_from.is_some());
    let mut other = state.controls.other_labels || !known;
    let about = "Look for what changes the labels of the pictures on the Data screen, whatever this model learnt from.";
    let why = "What this model learnt from is not known here; choose pictures of the same kind on the Data screen.";
    let checkbox = egui::Checkbox::new(&mut other, "Labels of the Data screen's pictures");
    let response = ui.add_enabled(known, checkbox);
    let response = response.tip(about).tip_disabled(why);
    if response.changed() {
        actions.push(Action::Explore(ExploreAction::OtherLabels(other)));
    }
    let (data, own) = state.labelled_pictures(shared.config);
    let data = match data {
        DataChoice::Starter => "the starter faces".into(),
        DataChoice::Path(path) => path
            .file_name()
            .unwrap_or(path.as_os_str())
            .to_string_lossy(),
    };
    note(
        ui,
        if own {
            format!("Labels: {data}, which this model learnt from")
        } else {
            format!("Labels: {data}, as the Data screen says")
        },
    );
}
