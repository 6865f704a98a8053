//! Faces on the whole screen, in a window of their own.

use egui::{
    CentralPanel, CursorIcon, Frame, Rect, Sense, Ui, ViewportClass, ViewportCommand, ViewportId,
};

use super::action::{AnimateAction, Show};
use super::framed::Framed;
use super::full_screen::FullScreen;
use crate::latent::animation::Framing;
use crate::ui::action::Action;
use crate::ui::animate::state::AnimateState;
use crate::ui::explore::action::ExploreAction;
use crate::ui::explore::explorer::Explorer;
use crate::ui::explore::view::View;
use crate::ui::explore::zoom::{self, Besides, Lens, ZoomAction};
use crate::ui::frame::commands::{Command, Place, with_keys};
use crate::ui::theme::{self, palette_of};

/// Draws it, where there is one.
pub fn show(ui: &Ui, state: &AnimateState, explorer: Option<&Explorer>, actions: &mut Vec<Action>) {
    let Some(full) = &state.full_screen else {
        return;
    };
    let id = ViewportId::from_hash_of("full screen");
    ui.ctx().show_viewport_immediate(
        id,
        FullScreen::builder(state.monitors.chosen()),
        |ui, class| {
            let close = ui.input(|input| input.viewport().close_requested());
            let ctx = ui.ctx().clone();
            if close || Command::LeaveFullScreen.pressed(&ctx) {
                actions.push(Action::Animate(AnimateAction::FullScreen(None)));
            }
            if Command::NextMonitor.pressed(&ctx) {
                actions.push(Action::Animate(AnimateAction::NextMonitor));
            }
            if full.show == Show::Animation && Command::Play.pressed(&ctx) {
                let playing = !state.player.is_playing();
                actions.push(Action::Animate(AnimateAction::Play(playing)));
            }
            if full.show == Show::Face && Command::WalkFull.pressed(&ctx) {
                actions.push(Action::Explore(ExploreAction::Walk));
            }
            if full.is_new() && class != ViewportClass::EmbeddedWindow {
                // A window manager may have put it behind the one that it comes from.
                ctx.send_viewport_cmd(ViewportCommand::Focus);
            }
            let mut zoomed = Vec::new();
            zoom::keys(ui, &mut zoomed);
            draw(ui, state, full, explorer, &mut zoomed);
            let zoom = |action| Action::Animate(AnimateAction::Zoom(action));
            actions.extend(zoomed.into_iter().map(zoom));
        },
    );
}

fn draw(
    ui: &mut Ui,
    state: &AnimateState,
    full: &FullScreen,
    explorer: Option<&Explorer>,
    zoomed: &mut Vec<ZoomAction>,
) {
    // Dark in both themes: what is around a picture must not outshine it.
    let palette = palette_of(true);
    let ground = Frame::new().fill(egui::Color32::BLACK);
    CentralPanel::default().frame(ground).show(ui, |ui| {
        let area = ui.max_rect();
        let view = match full.show {
            Show::Animation => View::Film,
            Show::Drift => View::Drift,
            Show::Face => View::Face,
        };
        if let Some(explorer) = explorer {
            let sheet = explorer.faces.sheet(view);
            let animation = state.project.animation();
            let alone = Framing::default();
            let framed = Framed {
                sheet,
                framing: match full.show {
                    Show::Animation => &animation.framing,
                    Show::Drift | Show::Face => &alone,
                },
                form: &state.film.form,
                frame: state.player.frame(animation),
            };
            let fit = framed.place(ui, area);
            let lens = Lens::of(&full.zoom, fit, area, sheet.tile());
            let response = ui.interact(area, ui.scope_id().with("picture"), Sense::DRAG);
            zoom::hand(ui, &full.zoom, &lens, (&response, Besides::Nothing), zoomed);
            framed.paint(ui, lens.face, 0.0);
        }
        if full.tells_keys() {
            let told = with_keys("", &[Place::FullScreen]).replace('\n', "   ");
            let ink = palette.text;
            let width = 0.9 * area.width();
            let galley = ui
                .painter()
                .layout(told.trim().to_owned(), theme::body(), ink, width);
            let up = 28.0 + galley.size().y / 2.0;
            let below = area.center_bottom() - egui::vec2(0.0, up);
            let text = Rect::from_center_size(below, galley.size());
            let ground = egui::Color32::from_black_alpha(180);
            ui.painter()
                .rect_filled(text.expand2(egui::vec2(14.0, 8.0)), theme::RADIUS, ground);
            ui.painter().galley(text.min, galley, ink);
        } else if !full.zoom.is_in() {
            ui.ctx().set_cursor_icon(CursorIcon::None);
        }
    });
}
