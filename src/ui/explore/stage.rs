//! The current face, large, and what is said of it.

use egui::{
    Align, DragValue, Layout, PointerButton, Rect, Response, RichText, Role, Sense, Ui, WidgetInfo,
    vec2,
};

use super::menu;
use super::zoom::{Besides, Lens, ZoomAction, hand, is_panned};
use crate::latent::Latent;
use crate::session::{LEAST_TRUNCATION, Move};
use crate::ui::action::Action;
use crate::ui::explore::action::ExploreAction;
use crate::ui::explore::explorer::Explorer;
use crate::ui::explore::state::ExploreState;
use crate::ui::explore::view::View;
use crate::ui::frame::commands::Command;
use crate::ui::gestures::Control;
use crate::ui::shared::Shared;
use crate::ui::theme::{self, palette};
use crate::ui::train::action::TrainAction;
use crate::ui::widgets::sheet::Sheet;
use crate::ui::widgets::{Button, CarriedFace, Face, Icon, Tip, drop_ring, number, plain, slider};

/// Height of what stands below the face.
pub const BELOW: f32 = 40.0;
/// What is seen where the face before is.
pub const BEFORE: &str = "Face before the changes";
/// What is seen where the difference is.
pub const CHANGED: &str = "What has changed";
/// The most of the usual length that the truncation slider gives.
const MOST: f32 = 1.5;

/// Draws the face into the middle of `area`.
pub fn show(
    ui: &mut Ui,
    state: &ExploreState,
    explorer: &Explorer,
    area: Rect,
    actions: &mut Vec<Action>,
) {
    let zoom = &state.controls.zoom;
    let lens = Lens::new(ui, zoom, area, explorer.faces.sheet(View::Face).tile());
    let response = large(ui, state, explorer, &lens, Sense::click_and_drag());
    let mut zoomed = Vec::new();
    hand(ui, zoom, &lens, (&response, Besides::Nothing), &mut zoomed);
    if response.drag_started_by(PointerButton::Primary) && !is_panned(ui) {
        carry(&response, explorer);
    }
    actions.extend(zoomed.into_iter().map(zoom_by));
    menu::of_face(&response, &explorer.state.pose().current, actions);
    if state.controls.walk.is_on() && response.clicked() {
        actions.push(Action::Explore(ExploreAction::StopWalk));
    }
}

/// Takes the current face up, to be let go elsewhere.
pub fn carry(response: &Response, explorer: &Explorer) {
    response.dnd_set_drag_payload(CarriedFace {
        latent: explorer.state.pose().current.clone(),
        image: explorer.faces.sheet(View::Face).image(0),
        from: response.id,
    });
}

pub fn zoom_by(action: ZoomAction) -> Action {
    Action::Explore(ExploreAction::Zoom(action))
}

/// The current face, or what is compared with it.
pub fn large(
    ui: &Ui,
    state: &ExploreState,
    explorer: &Explorer,
    lens: &Lens,
    sense: Sense,
) -> Response {
    let faces = &explorer.faces;
    let (sheet, name) = match (state.controls.comparing, state.controls.difference) {
        (true, _) => (faces.sheet(View::Before), BEFORE),
        (false, true) => (faces.difference(), CHANGED),
        (false, false) => (faces.sheet(View::Face), "Current face"),
    };
    let response = ui.interact(lens.seen, ui.scope_id().with("current face"), sense);
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, name));
    paint(ui, sheet, lens);
    drop_ring(ui, &response, lens.seen);
    if sheet.count() == 0 || name != "Current face" {
        tag(ui, lens.seen, name);
    }
    response
}

/// What is in sight of a large face.
pub fn paint(ui: &Ui, sheet: &Sheet, lens: &Lens) {
    let is_whole = lens.seen == lens.face;
    let radius = if is_whole { theme::PICTURE_RADIUS } else { 0.0 };
    let painter = ui.painter().with_clip_rect(lens.seen);
    let face = Face::new(sheet, 0).radius(radius);
    if !face.paint_on(&painter, lens.face) {
        painter.rect_filled(lens.seen, radius, palette(ui).raised);
    }
}

/// Says in a corner of the face what is seen, where it is not the face itself.
pub fn tag(ui: &Ui, rect: Rect, name: &str) {
    if name.is_empty() {
        return;
    }
    let ink = palette(ui).text;
    let corner = rect.left_bottom() + vec2(10.0, -8.0);
    let galley = ui
        .painter()
        .layout_no_wrap(name.to_owned(), theme::small(), ink);
    let ground = Rect::from_min_size(corner - vec2(0.0, galley.size().y), galley.size());
    let shade = palette(ui).ground.gamma_multiply(0.8);
    ui.painter()
        .rect_filled(ground.expand2(vec2(6.0, 3.0)), theme::TILE_RADIUS, shade);
    ui.painter().galley(ground.min, galley, ink);
}

/// Truncation, what D says, and buttons that pin and keep the face.
pub fn below(ui: &mut Ui, shared: &Shared<'_>, explorer: &Explorer, actions: &mut Vec<Action>) {
    let row = Layout::left_to_right(Align::Center);
    ui.allocate_ui_with_layout(vec2(ui.available_width(), BELOW), row, |ui| {
        ui.set_min_height(BELOW);
        truncation(ui, explorer, actions);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let keep = Button::of(Command::Keep).icon(Icon::Keep).cap();
            if ui.add(keep).clicked() {
                let face = explorer.state.pose().current.clone();
                actions.push(Action::Explore(ExploreAction::Keep(face)));
            }
            pin(ui, shared, &explorer.state.pose().current, actions);
            if let Some(realness) = explorer.faces.realness() {
                // A D that is sure would say 0.00 of every face.
                let text = if realness < 0.01 {
 "Realism under 0.01".to_owned()
} else {
 format!("Realism {realness:.2}")
};
                let about = "How real the discriminator takes this face for, from 0 to 1: D(G(z)). A discriminator that was trained long takes few of G's faces for real.";
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    let room = (ui.available_width() - 110.0) / 2.0;
                    ui.add_space(room.max(theme::GAP));
                    ui.label(RichText::new(text).color(palette(ui).muted))
                        .tip(about);
                });
            }
        });
    });
}

/// Follows the face on the wall of the run, where there is one.
fn pin(ui: &mut Ui, shared: &Shared<'_>, face: &Latent, actions: &mut Vec<Action>) {
    if !shared.can_pin(face) {
        return;
    }
    let pinned = shared.session.pins.now().contains(face);
    let text = if pinned { "Unpin" } else { "Pin" };
    let pin = Button::new(text).icon(Icon::Pin).command(Command::Pin);
    if ui.add(pin.cap()).clicked() {
        actions.push(Action::Train(TrainAction::Pin(face.clone())));
    }
}

fn truncation(ui: &mut Ui, explorer: &Explorer, actions: &mut Vec<Action>) {
    let about = "How far the face is from the average one, as a share of what is usual: less is more ordinary, more is bolder (truncation).";
    let now = explorer.state.pose().truncation();
    let mut share = now;
    ui.spacing_mut().item_spacing.x = theme::TIGHT;
    ui.label(RichText::new("Truncation").color(palette(ui).muted))
        .tip(about);
    let range = LEAST_TRUNCATION..=MOST;
    let size = (72.0, theme::CONTROL);
    slider(ui, "Truncation", &mut share, range, 1.0, size).tip(about);
    let typed = DragValue::new(&mut share)
        .speed(0.01)
        .clamp_existing_to_range(false)
        .fixed_decimals(2);
    let (size, range) = (
        ui.spacing().interact_size,
        f64::from(LEAST_TRUNCATION)..=4.0,
    );
    ui.name_inputs("Truncation, typed", |ui| {
        number(ui, size, typed, range, plain)
    })
    .tip(about);
    // Sliders that only show what the face is must not change it.
    if (share - now).abs() > 1e-3 {
        actions.push(Action::moved(
            Move::Truncate(share),
            Some(Control::Truncation),
        ));
    }
}
