//! All numbers of the current face, each with its slider.

use egui::{Align, Layout, Rect, RichText, ScrollArea, Ui, UiBuilder, pos2, vec2};

use crate::session::{Explore, Move};
use crate::ui::action::Action;
use crate::ui::theme::{self, palette};
use crate::ui::widgets::slider;

const ROW: f32 = 24.0;
const NAME: f32 = 42.0;
const VALUE: f32 = 56.0;

/// Draws the sliders; only those in sight are laid out.
pub fn show(ui: &mut Ui, explore: &Explore, wishes: &mut Vec<Action>) {
    let current = &explore.pose().current;
    ui.horizontal(|ui| {
        ui.set_min_height(theme::CONTROL);
        ui.label(RichText::new("Latent").font(theme::heading()));
        let about = format!("{} numbers", current.len());
        ui.label(RichText::new(about).color(palette(ui).muted))
            .on_hover_text("The vector z that the generator makes a face of; each is drawn from N(0, 1) for a random face.");
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.add_space(12.0);
            let length = format!("|z| {:.1}", current.norm());
            let about = format!(
                "The length of the vector; about {:.1} for a random face.",
                (current.len() as f32).sqrt()
            );
            ui.label(RichText::new(length).color(palette(ui).muted))
                .on_hover_text(about);
        });
    });
    ui.add_space(theme::TIGHT);
    ui.spacing_mut().item_spacing.y = 2.0;
    ui.spacing_mut().interact_size.y = ROW - 4.0;
    ui.spacing_mut().button_padding.y = 1.0;
    ScrollArea::vertical()
        .auto_shrink(false)
        .show_rows(ui, ROW, current.len(), |ui, rows| {
            for (place, value) in current.0.iter().enumerate().take(rows.end).skip(rows.start) {
                if let Some(value) = component(ui, place, *value) {
                    wishes.push(Action::Explore(
                        Move::Component(place, value),
                        Some(place as u64),
                    ));
                }
            }
        });
}

/// One row; gives the new value when there is one.
fn component(ui: &mut Ui, place: usize, before: f32) -> Option<f32> {
    let mut value = before;
    let width = ui.available_width() - theme::GAP;
    let (whole, _) = ui.allocate_exact_size(vec2(width, ROW), egui::Sense::hover());
    let cell = |left: f32, right: f32| {
        Rect::from_min_max(pos2(left, whole.top()), pos2(right, whole.bottom()))
    };
    let name = format!("z {}", place + 1);
    let text = RichText::new(&name)
        .font(theme::small())
        .color(palette(ui).muted);
    let left = Layout::left_to_right(Align::Center);
    ui.scope_builder(
        egui::UiBuilder::new()
            .id_salt(("name", place))
            .max_rect(cell(whole.left(), whole.left() + NAME))
            .layout(left),
        |ui| {
            ui.label(text);
        },
    );
    let rail = cell(whole.left() + NAME, whole.right() - VALUE - theme::TIGHT);
    ui.name_inputs(name.clone(), |ui| {
        let place = UiBuilder::new().id_salt(("slider", place));
        ui.scope_builder(place.max_rect(rail).layout(left), |ui| {
            // Random faces reach beyond ±3 now and then: showing one must not change it.
            let size = (rail.width(), ROW - 4.0);
            let response = slider(ui, &name, &mut value, -3.0..=3.0, 0.0, size);
            if response.double_clicked() {
                value = 0.0;
            }
            response.on_hover_text("Drag to change the face; double-click for 0.");
        });
        let field = cell(whole.right() - VALUE, whole.right()).shrink2(vec2(0.0, 1.0));
        let number = egui::DragValue::new(&mut value)
            .speed(0.02)
            .fixed_decimals(2);
        ui.put(field, number);
    });
    (value != before).then_some(value)
}
