//! Fields that check what is typed into them.

use std::ops::RangeInclusive;

use egui::{DragValue, RichText, Ui, vec2};

use crate::config::TrainConfig;
use crate::readable;
use crate::ui::theme::{self, palette};
use crate::ui::widgets;
use crate::ui::widgets::{FROM_ZERO, plain};

pub const VALUE: f32 = 128.0;

pub fn problem(ui: &mut Ui, text: &str) {
    let colour = palette(ui).red;
    ui.label(RichText::new(text).font(theme::small()).color(colour));
}

pub struct Fields<'a> {
    pub config: &'a mut TrainConfig,
    pub wrong: Option<&'a str>,
    pub told: bool,
}

impl Fields<'_> {
    /// Says what is wrong beneath the field whose setting is called `key`.
    pub fn check(&mut self, ui: &mut Ui, key: &str) {
        if let Some(text) = self.wrong
            && text
                .strip_prefix(key)
                .is_some_and(|rest| rest.starts_with(" is "))
        {
            problem(ui, text);
            self.told = true;
        }
    }
}

pub fn number(ui: &mut Ui, field: DragValue<'_>) {
    number_as(ui, field, FROM_ZERO, plain);
}

pub fn number_as(
    ui: &mut Ui,
    field: DragValue<'_>,
    range: RangeInclusive<f64>,
    parse: fn(&str) -> Option<f64>,
) {
    widgets::number(ui, vec2(VALUE, theme::CONTROL), field, range, parse);
}

pub fn rate(ui: &mut Ui, value: &mut f64) {
    // Rates differ by factors, so that dragging moves by a share of the value.
    let speed = (*value * 0.01).max(1e-7);
    let field = DragValue::new(value)
        .speed(speed)
        .custom_formatter(|value, _| readable::rate(value));
    // What validation allows: above 0, up to 1.
    number_as(ui, field, 1e-12..=1.0, plain);
}
