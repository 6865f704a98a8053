//! A colour: a button that shows it, and what it is chosen with: theme colours, digits, saturation and brightness, hue.

use super::tip::Tip;
use egui::ecolor::HsvaGamma;
use egui::{
    Align2, Color32, Mesh, Popup, PopupCloseBehavior, Rect, Response, Role, Sense, Slider, Stroke,
    StrokeKind, TextEdit, Ui, Vec2, WidgetInfo, lerp, pos2, vec2,
};

use super::{focus_ring, keeps_arrows, leaves_space};
use crate::config::Colour;
use crate::ui::frame::commands::{Command, Place, with_keys};
use crate::ui::theme::{self, palette, palette_of};

/// Size of the button.
const BUTTON: Vec2 = vec2(40.0, theme::CONTROL);
/// Side of a swatch.
const SWATCH: f32 = 24.0;
/// Width of what is beneath: a row of eight swatches.
const WIDTH: f32 = 8.0 * SWATCH + 7.0 * theme::TIGHT;
/// Height of the square of saturation and brightness, and of the strip of hues.
const SQUARE: f32 = 120.0;
const STRIP: f32 = 18.0;
/// One press of an arrow key.
const STEP: f32 = 0.02;
/// One press of an arrow key on the hues, in degrees.
const HUE_STEP: f32 = 2.0;

/// A button that shows the colour `rgb`; pressed, it lets another one be chosen. Whether one was.
pub fn colour_button(ui: &mut Ui, name: &str, about: &str, rgb: &mut [u8; 3]) -> bool {
    let (rect, response) = ui.allocate_exact_size(BUTTON, Sense::click());
    let value = format!("#{}", Colour(*rgb));
    response.widget_info(|| WidgetInfo {
        current_text_value: Some(value.clone()),
        ..WidgetInfo::labeled(Role::ColorWell, ui.is_enabled(), name)
    });
    patch(ui, rect, *rgb, &response);
    let response = response.tip_always(about);
    let before = *rgb;
    Popup::from_toggle_button_response(&response)
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .show(|ui| {
            ui.set_width(WIDTH);
            ui.spacing_mut().item_spacing.y = theme::GAP;
            picker(ui, response.id, rgb);
        });
    *rgb != before
}

/// A colour with an edge that is seen on any ground.
fn patch(ui: &Ui, rect: Rect, rgb: [u8; 3], response: &Response) {
    let [r, g, b] = rgb;
    let palette = palette(ui);
    let edge = if response.hovered() {
        palette.text
    } else {
        palette.outline
    };
    let radius = theme::TILE_RADIUS;
    ui.painter()
        .rect_filled(rect, radius, Color32::from_rgb(r, g, b));
    let stroke = Stroke::new(1.0, edge);
    ui.painter()
        .rect_stroke(rect, radius, stroke, StrokeKind::Inside);
    focus_ring(ui, response, rect);
}

fn picker(ui: &mut Ui, id: egui::Id, rgb: &mut [u8; 3]) {
    // Grey has no hue and black no saturation: those that were chosen are remembered.
    let known: Option<([u8; 3], HsvaGamma)> = ui.data(|data| data.get_temp(id));
    let [r, g, b] = *rgb;
    let mut colour = match known {
        Some((of, colour)) if of == *rgb => colour,
        _ => HsvaGamma::from(Color32::from_rgb(r, g, b)),
    };
    let before = colour;
    square(ui, &mut colour);
    hue(ui, &mut colour.h);
    if colour != before {
        let chosen = Color32::from(colour);
        *rgb = [chosen.r(), chosen.g(), chosen.b()];
        ui.data_mut(|data| data.insert_temp(id, (*rgb, colour)));
    }
    digits(ui, id.with("digits"), rgb);
    swatches(ui, rgb);
}

/// Saturation to the right, brightness upwards, in the hue that is chosen.
fn square(ui: &mut Ui, colour: &mut HsvaGamma) {
    let (rect, response) = ui.allocate_exact_size(vec2(WIDTH, SQUARE), Sense::click_and_drag());
    let percent = |share: f32| (100.0 * share).round();
    let name = format!(
        "Saturation {} %, brightness {} %",
        percent(colour.s),
        percent(colour.v)
    );
    response.widget_info(|| WidgetInfo::labeled(Role::Pane, true, &name));
    if response.is_pointer_button_down_on() {
        response.request_focus();
        if let Some(at) = response.interact_pointer_pos() {
            let share = (at - rect.min) / rect.size();
            (colour.s, colour.v) = (share.x, 1.0 - share.y);
        }
    }
    leaves_space(&response);
    if response.has_focus() {
        keeps_arrows(&response);
        let way = STEP * Command::MoveColour.arrows(ui.ctx());
        colour.s += way.x;
        colour.v -= way.y;
    }
    (colour.s, colour.v) = (colour.s.clamp(0.0, 1.0), colour.v.clamp(0.0, 1.0));
    let at = |x, y| HsvaGamma {
        s: x,
        v: 1.0 - y,
        ..*colour
    };
    gradient(ui, rect, (16, 12), |x, y| at(x, y).into());
    let here = pos2(
        lerp(rect.x_range(), colour.s),
        lerp(rect.y_range(), 1.0 - colour.v),
    );
    handle(ui, here);
    focus_ring(ui, &response, rect);
    let about = "Saturation to the right, brightness upwards.";
    response.on_hover_text_at_pointer(with_keys(about, &[Place::ColourSquare]));
}

/// All hues in a strip: a slider of egui's in other paint.
fn hue(ui: &mut Ui, hue: &mut f32) {
    // It would round what it shows, and that would be a change.
    let shown = HUE_STEP * (360.0 * *hue / HUE_STEP).round();
    let mut degrees = shown;
    let response = ui
        .scope(|ui| {
            ui.set_opacity(0.0);
            ui.spacing_mut().slider_width = WIDTH;
            ui.spacing_mut().interact_size.y = STRIP;
            let slider = Slider::new(&mut degrees, 0.0..=360.0).step_by(f64::from(HUE_STEP));
            ui.add(slider.show_value(false))
        })
        .inner;
    ui.ctx()
        .accesskit_node_builder(response.id, |node| node.set_label("Hue"));
    if degrees != shown {
        *hue = degrees / 360.0;
    }
    let rect = response.rect;
    leaves_space(&response);
    let pure = |h| HsvaGamma {
        h,
        s: 1.0,
        v: 1.0,
        a: 1.0,
    };
    gradient(ui, rect, (36, 1), |x, _| pure(x).into());
    // The same inset as egui's own handle has, so that it stands under the pointer.
    let rail = rect.x_range().shrink(rect.height() / 2.5);
    handle(ui, pos2(lerp(rail, *hue), rect.center().y));
    focus_ring(ui, &response, rect);
    response.tip(with_keys("Hue, in degrees.", &[Place::Slider]));
}

/// Fills `rect` with the colours of its points, from 0 to 1 across and down.
fn gradient(ui: &Ui, rect: Rect, (across, down): (u32, u32), colour: impl Fn(f32, f32) -> Color32) {
    let mut mesh = Mesh::default();
    for row in 0..=down {
        for column in 0..=across {
            let (x, y) = (column as f32 / across as f32, row as f32 / down as f32);
            let at = pos2(lerp(rect.x_range(), x), lerp(rect.y_range(), y));
            mesh.colored_vertex(at, colour(x, y));
            if row < down && column < across {
                let corner = row * (across + 1) + column;
                let below = corner + across + 1;
                mesh.add_triangle(corner, corner + 1, below);
                mesh.add_triangle(corner + 1, below, below + 1);
            }
        }
    }
    ui.painter().add(mesh);
}

/// A ring that is seen on any colour.
fn handle(ui: &Ui, at: egui::Pos2) {
    let painter = ui.painter();
    painter.circle_stroke(at, 6.0, Stroke::new(3.5, Color32::from_black_alpha(140)));
    painter.circle_stroke(at, 6.0, Stroke::new(2.0, Color32::WHITE));
}

/// The colour as six digits, to be typed or pasted; what is half typed waits.
fn digits(ui: &mut Ui, id: egui::Id, rgb: &mut [u8; 3]) {
    let now = Colour(*rgb).to_string();
    let typed: Option<String> = ui.data(|data| data.get_temp(id));
    let mut text = typed.unwrap_or_else(|| now.clone());
    let field = TextEdit::singleline(&mut text)
        .align(Align2::LEFT_CENTER)
        .hint_text("rrggbb");
    let field = ui.add_sized(vec2(WIDTH, theme::CONTROL), field);
    ui.ctx()
        .accesskit_node_builder(field.id, |node| node.set_label("Colour in digits"));
    if field.changed()
        && let Ok(Colour(typed)) = text.trim().parse()
    {
        *rgb = typed;
    }
    let is_typed = field.has_focus();
    ui.data_mut(|data| {
        if is_typed {
            data.insert_temp(id, text);
        } else {
            data.remove::<String>(id);
        }
    });
    field.tip("Red, green and blue, two hexadecimal digits each.");
}

/// White, grey and black, and the colours of the program.
fn swatches(ui: &mut Ui, rgb: &mut [u8; 3]) {
    let theme = palette_of(true);
    let all = [
        ("White", Color32::WHITE),
        ("Grey", Color32::from_gray(128)),
        ("Black", Color32::BLACK),
        ("Red", theme.red),
        ("Orange", theme.accent),
        ("Yellow", theme.yellow),
        ("Green", theme.green),
        ("Blue", theme.blue),
    ];
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = theme::TIGHT;
        for (name, colour) in all {
            let of = [colour.r(), colour.g(), colour.b()];
            let (rect, response) = ui.allocate_exact_size(vec2(SWATCH, SWATCH), Sense::click());
            let is_on = of == *rgb;
            response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_on, name));
            patch(ui, rect, of, &response);
            if response.tip(name).clicked() {
                *rgb = of;
            }
        }
    });
}
