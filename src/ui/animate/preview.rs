//! The picture on show, and what plays it.

use egui::{Align, Layout, Rect, RichText, Role, Sense, Ui, WidgetInfo, vec2};

use super::action::{AnimateAction, Show, Walk};
use super::framed::{Framed, RADIUS};
use crate::ui::action::Action;
use crate::ui::animate::state::AnimateState;
use crate::ui::explore::explorer::Explorer;
use crate::ui::explore::menu::menu;
use crate::ui::explore::view::View;
use crate::ui::frame::commands::Command;
use crate::ui::theme::{self, palette};
use crate::ui::widgets::{
    Button, CarriedFace, Ends, Icon, Tip, empty_state, leaves_arrows, leaves_space, slider,
};

/// Height of what stands below the picture.
const BELOW: f32 = 56.0;
/// The greatest width of it.
const WIDTH: f32 = 640.0;

pub fn show(ui: &mut Ui, state: &AnimateState, explorer: &Explorer, actions: &mut Vec<Action>) {
    if state.project.animation().keys.is_empty() {
        return no_keys(ui, explorer, actions);
    }
    let height = (ui.available_height() - BELOW).max(64.0);
    let size = vec2(ui.available_width(), height);
    let (area, _) = ui.allocate_exact_size(size, Sense::hover());
    picture(ui, state, explorer, area, actions);
    let row = Layout::left_to_right(Align::Center);
    ui.allocate_ui_with_layout(vec2(ui.available_width(), BELOW), row, |ui| {
        let width = ui.available_width().min(WIDTH);
        ui.add_space((ui.available_width() - width) / 2.0);
        ui.allocate_ui_with_layout(vec2(width, BELOW), row, |ui| {
            transport(ui, state, actions);
        });
    });
}

fn picture(
    ui: &Ui,
    state: &AnimateState,
    explorer: &Explorer,
    area: Rect,
    actions: &mut Vec<Action>,
) {
    let sheet = explorer.faces.sheet(View::Film);
    let animation = state.project.animation();
    let framed = Framed {
        sheet,
        framing: &animation.framing,
        form: &state.film.form,
        frame: state.player.frame(animation),
    };
    let rect = framed.place(ui, area);
    let id = ui.scope_id().with("picture on show");
    let response = ui.interact(rect, id, Sense::click_and_drag());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, "Picture on show"));
    framed.paint(ui, rect, RADIUS);
    let Some(latent) = state.face_on_show() else {
        return;
    };
    if response.drag_started() {
        response.dnd_set_drag_payload(CarriedFace {
            latent: latent.clone(),
            image: sheet.image(animation.framing.company.place_of_film()),
            from: response.id,
        });
    }
    menu(&response, Some(&latent), actions, |_, _| {});
}

/// Play, where the picture stands in time, and the whole screen.
fn transport(ui: &mut Ui, state: &AnimateState, actions: &mut Vec<Action>) {
    let animation = state.project.animation();
    let frame = state.player.frame(animation);
    let playing = state.player.is_playing();
    let (text, icon) = match playing {
        true => ("Pause", Icon::Pause),
        false => ("Play", Icon::Play),
    };
    let play = Button::new(text).icon(icon).command(Command::Play).cap();
    let response = ui.add(play);
    leaves_arrows(&response);
    leaves_space(&response);
    if response.clicked() {
        actions.push(Action::Animate(AnimateAction::Play(!playing)));
    }
    let line = Ends::of(ui);
    line.left(ui, |ui| {
        let last = animation.frames().saturating_sub(1);
        let mut now = frame as f32;
        let size = (ui.available_width().max(40.0), theme::CONTROL);
        let response = slider(
            ui,
            "Picture",
            &mut now,
            0.0..=(last.max(1) as f32),
            0.0,
            size,
        );
        leaves_arrows(&response);
        let wanted = now.round().max(0.0) as usize;
        if wanted != frame {
            actions.push(Action::Animate(AnimateAction::Frame(wanted)));
        }
        response.tip("Drag to look at any picture of the animation.");
    });
    line.right(ui, |ui| {
        let text = format!(
            "{:.1} / {:.1} s · frame {frame}",
            animation.time_of(frame),
            animation.seconds()
        );
        // As wide as the longest, so that nothing moves while it is played.
        let room = vec2(142.0, theme::CONTROL);
        let colour = palette(ui).muted;
        ui.allocate_ui_with_layout(room, Layout::left_to_right(Align::Center), |ui| {
            ui.set_min_width(room.x);
            ui.label(RichText::new(text).color(colour));
        });
        whole_screen(ui, state, actions);
    });
}

fn whole_screen(ui: &mut Ui, state: &AnimateState, actions: &mut Vec<Action>) {
    state.monitors.show(ui, actions);
    let full = Button::icon_only(Icon::FullScreen, Command::FullScreen.name());
    if ui.add(full.command(Command::FullScreen)).clicked() {
        actions.push(Action::Animate(AnimateAction::FullScreen(Some(
            Show::Animation,
        ))));
    }
}

/// What stands here before there is a key.
fn no_keys(ui: &mut Ui, explorer: &Explorer, actions: &mut Vec<Action>) {
    let hint = "An animation leads from face to face. Put in faces from here, from Explore or from the shelf, or let a random walk make a beginning.";
    empty_state(ui, "No faces yet", hint, |ui| {
        let walk = Button::new("Random walk").primary().icon(Icon::Play);
        let about = "Through random faces and back to the first; every one can be changed.";
        if ui
            .add(walk.name("Begin with a random walk").tip(about))
            .clicked()
        {
            actions.push(Action::Animate(AnimateAction::Walk(Walk::Random)));
        }
        ui.add_space(theme::GAP);
        if ui.add(Button::of(Command::AddKey).cap()).clicked() {
            let current = explorer.state.pose().current.clone();
            actions.push(Action::Animate(AnimateAction::Add(None, current)));
        }
        ui.add_space(theme::GAP);
        let drift = Button::new("Drift").icon(Icon::FullScreen).quiet();
        let about = "A slow walk through random faces on the whole screen that never ends, and gets better while a run learns.";
        if ui.add(drift.tip(about)).clicked() {
            actions.push(Action::Animate(AnimateAction::FullScreen(Some(
                Show::Drift,
            ))));
        }
    });
}
