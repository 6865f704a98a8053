//! A number to drag or to type. What is typed and cannot be is said, and the number stays as it was.

use std::cell::RefCell;
use std::ops::RangeInclusive;
use std::rc::Rc;
use std::time::Duration;

use egui::{Area, DragValue, Frame, Id, Order, Response, RichText, Ui, Vec2, vec2};

use crate::readable;
use crate::ui::theme::{self, palette};

/// How long what was wrong is said, in seconds.
const SAID: f64 = 6.0;

/// Any number from 0 on.
pub const FROM_ZERO: RangeInclusive<f64> = 0.0..=f64::INFINITY;
pub const ANY: RangeInclusive<f64> = f64::NEG_INFINITY..=f64::INFINITY;

/// What was typed last and cannot be: in which field, why, and when.
#[derive(Clone)]
struct Refusal {
    field: Id,
    why: String,
    at: f64,
}

fn place() -> Id {
    Id::unique("number that was refused")
}

/// Draws `field` in `size`. What a person types is read by `parse` when they are done, and must lie in `range`.
pub fn number(
    ui: &mut Ui,
    size: Vec2,
    field: DragValue<'_>,
    range: RangeInclusive<f64>,
    parse: fn(&str) -> Option<f64>,
) -> Response {
    let typed: Rc<RefCell<Option<Result<(), String>>>> = Rc::default();
    let (told, ends) = (Rc::clone(&typed), range.clone());
    let read = move |text: &str| {
        let value = check(text, parse(text), &ends);
        *told.borrow_mut() = Some(value.clone().map(|_| ()));
        value.ok()
    };
    let field = field
        .range(range)
        .custom_parser(read)
        .update_while_editing(false);
    let response = ui.add_sized(size, field);
    let (id, now) = (response.id, ui.input(|input| input.time));
    match typed.take() {
        Some(Err(why)) => {
            let refused = Refusal {
                field: id,
                why,
                at: now,
            };
            ui.data_mut(|data| data.insert_temp(place(), refused));
        }
        Some(Ok(())) => ui.data_mut(|data| data.remove::<Refusal>(place())),
        None => {}
    }
    let refused = ui.data(|data| data.get_temp::<Refusal>(place()));
    if let Some(refused) = refused.filter(|refused| refused.field == id) {
        let left = refused.at + SAID - now;
        if left > 0.0 {
            say(ui, &response, &refused.why);
            let left = Duration::from_secs_f64(left);
            ui.ctx().request_repaint_after(left);
        }
    }
    response
}

/// A number as people write them: with a comma, a real minus, thousands set apart by spaces.
pub fn plain(text: &str) -> Option<f64> {
    let letters = text.chars().filter(|c| !c.is_whitespace());
    let text: String = letters
        .map(|c| match c {
            '−' => '-',
            ',' => '.',
            c => c,
        })
        .collect();
    text.parse().ok()
}

/// A whole number, however its thousands are set apart: `12 000`, `12,000`, `12.000`.
pub fn whole(text: &str) -> Option<f64> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let groups: Vec<&str> = text.split([',', '.', '\'', '_']).collect();
    let apart = groups.len() > 1 && groups[1..].iter().all(|group| group.len() == 3);
    if apart && !groups[0].is_empty() {
        groups.concat().parse().ok()
    } else {
        plain(&text)
    }
}

fn check(text: &str, value: Option<f64>, range: &RangeInclusive<f64>) -> Result<f64, String> {
    let text = text.trim();
    let Some(value) = value.filter(|value| value.is_finite()) else {
        return Err(match text {
            "" => "Nothing was typed; the value stays as it was.".to_owned(),
            _ => format!("“{text}” is not a number; the value stays as it was."),
        });
    };
    if range.contains(&value) {
        return Ok(value);
    }
    let (least, most) = (end(*range.start()), end(*range.end()));
    let from = if range.end().is_finite() {
        format!("{least} to {most}")
    } else {
        format!("{least} or more")
    };
    Err(format!(
        "“{text}” cannot be: use {from}. The value stays as it was."
    ))
}

fn end(value: f64) -> String {
    if value.fract() == 0.0 && value >= 1000.0 {
        readable::count(value as u64)
    } else {
        value.to_string()
    }
}

/// Beneath the field, over whatever is there.
fn say(ui: &Ui, field: &Response, why: &str) {
    Area::new(field.id.with("refused"))
        .order(Order::Tooltip)
        .fixed_pos(field.rect.left_bottom() + vec2(0.0, theme::TIGHT))
        .constrain(true)
        .interactable(false)
        .show(ui.ctx(), |ui| {
            Frame::popup(ui.style()).show(ui, |ui| {
                ui.set_max_width(280.0);
                let colour = palette(ui).red;
                ui.label(RichText::new(why).font(theme::small()).color(colour));
            });
        });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_is_said_with_what_can() {
        let check = |text: &str, range| check(text, plain(text), &range);
        assert_eq!(check(" 0,25 ", 0.0..=0.49), Ok(0.25));
        assert_eq!(check("12 000", FROM_ZERO), Ok(12_000.0));
        assert_eq!(check("−3", ANY), Ok(-3.0));
        assert_eq!(
            (whole("12,000"), whole("1.000.000")),
            (Some(12e3), Some(1e6))
        );
        assert_eq!(
            (whole("64"), whole("1.5"), whole("x")),
            (Some(64.0), Some(1.5), None)
        );
        let why = |text: &str, range| check(text, range).unwrap_err();
        assert!(why("5", 0.0..=0.49).contains("use 0 to 0.49"));
        assert!(why("-1", FROM_ZERO).contains("use 0 or more"));
        assert!(why("3", 64.0..=10_000_000.0).contains("use 64 to 10\u{202f}000\u{202f}000"));
        for text in ["abc", "nan", "inf"] {
            assert!(why(text, ANY).contains("is not a number"), "{text}");
        }
    }
}
