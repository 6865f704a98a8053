//! One chart: heading, legend, lines.

use egui::{Color32, Id, Rect, Response, RichText, Role, Sense, Stroke, Ui, WidgetInfo, vec2};
use egui_plot::{
    FilledArea, Line, LineStyle, PlotPoint, PlotPoints, PlotResponse, PlotUi, Points, VLine,
};

use super::frame::frame;
use super::scale::Scale;
use super::{Chart, Curve, Curves, Values};
use crate::ui::theme::{self, Palette, palette};
use crate::ui::widgets::{Tip, focus_ring, leaves_arrows, leaves_space};

/// The pointer is near a mark within this share of the plot's width.
const NEAR: f64 = 0.012;
/// Strength of what stands behind the curves: the raw values of smoothed ones, the parent's.
const FAINT: f32 = 0.32;

/// Points of the wheel in which steps on show become e times as many.
const WHEEL: f64 = 160.0;

/// What the pointer does over a chart.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pointed {
    /// The step that it is over.
    pub hovered: Option<f64>,
    /// The step that it was pressed at.
    pub chosen: Option<f64>,
}

impl Pointed {
    pub fn or(self, other: Self) -> Self {
        Self {
            hovered: self.hovered.or(other.hovered),
            chosen: self.chosen.or(other.chosen),
        }
    }
}

/// Says what a chart without points is going to show.
fn still_to_come(ui: &Ui, rect: Rect, about: &str) {
    let room = rect.shrink(theme::GAP);
    let ink = palette(ui).muted;
    let painter = ui.painter().with_clip_rect(rect.intersect(ui.clip_rect()));
    let text = painter.layout(about.to_owned(), theme::small(), ink, room.width());
    // Sources and the like are left to the tooltip where they do not fit.
    if text.size().y <= room.height() {
        let corner = room.left_center() - vec2(0.0, 0.5 * text.size().y);
        let place = Rect::from_min_size(corner, text.size());
        // The lines of the grid do not go through it.
        painter.rect_filled(place.expand(2.0), 0.0, palette(ui).panel);
        painter.galley(corner, text, ink);
    }
}

impl Curves {
    /// Draws one chart; gives what the pointer does there. `group` links the steps of several.
    /// Dragging over it shows only those steps, a double click all of them.
    pub fn show(&mut self, ui: &mut Ui, group: Id, chart: &Chart) -> Pointed {
        let drawn: Vec<_> = chart
            .curves
            .iter()
            .map(|curve| self.shown(&curve.values))
            .collect();
        let header = self.header(ui, chart, &drawn);
        let palette = palette(ui);
        let scale = self.scale(chart);
        let steps = self.steps;
        let has_points =
            |curve: &Curve| !curve.values.points.is_empty() || self.shows_parent(curve);
        let empty = !chart.curves.iter().any(has_points);
        let plot = frame(chart, steps, scale, palette, empty)
            .height((chart.height - header).max(40.0))
            .link_axis(group, [true, false]);
        let response = plot.show(ui, |plot| {
            plot.set_plot_bounds_x(steps.0..=steps.1);
            plot.set_plot_bounds_y(scale.bounds());
            for curve in &chart.curves {
                self.behind(plot, curve, scale);
            }
            for (curve, points) in chart.curves.iter().zip(&drawn) {
                plot.line(line(curve, points, scale, curve.colour).width(1.5));
                if let Some(alone) = alone(points, scale) {
                    plot.points(alone.color(curve.colour).radius(2.5).allow_hover(false));
                }
            }
            self.marks(plot, palette);
            plot.pointer_coordinate()
        });
        if empty {
            still_to_come(ui, response.response.rect, chart.about);
        }
        let name = format!("{} over the steps", chart.title);
        let about = || WidgetInfo::labeled(Role::Image, true, &name);
        response.response.widget_info(about);
        let frame = response.transform.frame();
        self.ends = (frame.left(), frame.right());
        self.choose_steps(ui, &response);
        let shown = &response.response;
        // Arrows and Space move the time cursor.
        leaves_arrows(shown);
        leaves_space(shown);
        focus_ring(ui, shown, shown.rect);
        self.wheel(ui, shown, shown.has_focus());
        let clicked = shown.clicked();
        if clicked {
            shown.request_focus();
        }
        let hovered = self.tell(response);
        Pointed {
            hovered,
            chosen: hovered.filter(|_| clicked),
        }
    }

    /// The wheel over `response`: how many steps are on show, and which; on its own only where it is `free` to do
    /// so, or else it scrolls the list of charts.
    pub(super) fn wheel(&mut self, ui: &Ui, response: &Response, free: bool) {
        let Some(pointer) = response.hover_pos() else {
            return;
        };
        let (zoomed, turned) = ui.input_mut(|input| {
            let turned = match free || input.modifiers.shift {
                true => std::mem::take(&mut input.smooth_scroll_delta),
                false => egui::Vec2::ZERO,
            };
            (f64::from(input.zoom_delta()), turned)
        });
        let factor = (-f64::from(turned.y) / WHEEL).exp() / zoomed;
        if factor != 1.0 {
            self.zoom_by(factor, self.step_at(pointer.x));
        }
        if turned.x != 0.0 {
            self.pan(-f64::from(turned.x / self.span().span().max(1.0)));
        }
    }

    /// The step at `x` of the window.
    pub(super) fn step_at(&self, x: f32) -> f64 {
        let (first, last) = self.steps;
        let share = f64::from((x - self.span().min) / self.span().span().max(1.0));
        first + share.clamp(0.0, 1.0) * (last - first)
    }

    fn choose_steps(&mut self, ui: &Ui, shown: &PlotResponse<Option<PlotPoint>>) {
        let response = &shown.response;
        if response.double_clicked() {
            self.zoom_out();
        }
        let pointer = response.interact_pointer_pos();
        let Some(pointer) = pointer.filter(|_| response.dragged() || response.drag_stopped())
        else {
            return;
        };
        let (first, last) = self.steps;
        let here = shown.transform.value_from_position(pointer).x;
        let here = here.clamp(first, last);
        if response.drag_started() {
            self.dragged_from = Some(here);
        }
        let Some(from) = self.dragged_from else {
            return;
        };
        let at = |step| {
            shown
                .transform
                .position_from_point(&PlotPoint::new(step, 0.0))
                .x
        };
        let chosen = Rect::from_x_y_ranges(
            at(from.min(here))..=at(from.max(here)),
            response.rect.y_range(),
        );
        let shade = palette(ui).text.gamma_multiply(0.12);
        ui.painter().rect_filled(chosen, 0.0, shade);
        if response.drag_stopped() {
            self.dragged_from = None;
            self.zoom_to(from, here);
        }
    }

    /// Least and greatest values, the raw ones of a smoothed curve, and the parent's curve.
    fn behind(&self, plot: &mut PlotUi<'_>, curve: &Curve, scale: Scale) {
        let smoothed = self.style.smoothing > 0.0;
        let faint = curve.colour.gamma_multiply(FAINT);
        if self.shows_parent(curve) {
            let points = self.shown(&curve.parent);
            plot.line(line(curve, &points, scale, faint).width(1.0));
        }
        match (band(curve, scale), smoothed) {
            (Some(band), _) => plot.add(band),
            (None, true) => plot.line(line(curve, &curve.values.points, scale, faint).width(1.0)),
            (None, false) => {}
        }
    }

    /// A line for everything that happened, and one under the pointer.
    fn marks(&self, plot: &mut PlotUi<'_>, palette: &Palette) {
        for (step, _) in &self.marks {
            let line = VLine::new("", *step).color(palette.yellow.gamma_multiply(0.7));
            let line = line.width(1.0).style(LineStyle::dashed_dense());
            plot.vline(line.allow_hover(false));
        }
        if let Some(step) = self.cursor {
            let mark = VLine::new("", step).color(palette.accent).width(1.5);
            plot.vline(mark.allow_hover(false));
        }
        if let Some(step) = self.hovered {
            let mark = VLine::new("", step).color(palette.muted).width(1.0);
            plot.vline(mark.allow_hover(false));
        }
    }

    /// The step under the pointer; says what happened near it.
    fn tell(&self, shown: PlotResponse<Option<PlotPoint>>) -> Option<f64> {
        let inside = shown.response.hovered();
        let (first, last) = self.steps;
        let step = shown.inner.filter(|_| inside)?.x.clamp(first, last);
        if let Some(told) = self.told_at(step, (last - first) * NEAR) {
            shown.response.on_hover_text_at_pointer(told);
        }
        Some(step)
    }

    /// Draws heading and legend; gives their height.
    fn header(&self, ui: &mut Ui, chart: &Chart, drawn: &[Vec<[f64; 2]>]) -> f32 {
        let before = ui.cursor().top();
        ui.horizontal(|ui| {
            ui.label(RichText::new(chart.title).font(theme::heading()))
                .tip(chart.about);
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                for (curve, points) in chart.curves.iter().zip(drawn).rev() {
                    let value = self.read(curve, points);
                    legend(ui, curve, value.map(|value| (chart.write)(value as f32)));
                    ui.add_space(theme::TIGHT);
                }
            });
        });
        ui.cursor().top() - before
    }

    /// The value of a curve that is drawn as `points` under the pointer, or its last; the parent's where
    /// the curve had not begun yet.
    fn read(&self, curve: &Curve, points: &[[f64; 2]]) -> Option<f64> {
        let told = self.told();
        let before = match (told, points.first()) {
            (Some(step), Some(first)) => step < first[0],
            (Some(_), None) => true,
            (None, _) => false,
        };
        if before && self.shows_parent(curve) {
            Values::read(&self.shown(&curve.parent), told)
        } else {
            Values::read(points, told)
        }
    }

    /// For all values over the steps on show.
    pub(in crate::ui) fn scale(&self, chart: &Chart) -> Scale {
        let (first, last) = self.steps;
        let mut values = Vec::new();
        for curve in &chart.curves {
            let parent = curve.parent.points.iter().filter(|_| self.style.parent);
            let all = curve.values.points.iter().chain(parent);
            let on_show = all.filter(|point| (first..=last).contains(&point[0]));
            values.extend(on_show.map(|point| point[1]));
        }
        Scale::of(values, chart.top, chart.can_log && self.style.log)
    }
}

/// Right to left: the value first, then the name, then the dot.
fn legend(ui: &mut Ui, curve: &Curve, value: Option<String>) {
    let palette = palette(ui);
    if let Some(value) = value {
        ui.label(RichText::new(value).color(palette.text))
            .tip(curve.about);
        ui.add_space(-theme::TIGHT);
    }
    ui.label(RichText::new(curve.name).color(palette.muted))
        .tip(curve.about);
    ui.add_space(-theme::TIGHT);
    let (dot, _) = ui.allocate_exact_size(vec2(8.0, 8.0), Sense::hover());
    if curve.dashed {
        let ring = Stroke::new(1.5, curve.colour);
        ui.painter().circle_stroke(dot.center(), 3.2, ring);
    } else {
        ui.painter().circle_filled(dot.center(), 4.0, curve.colour);
    }
}

fn line(curve: &Curve, points: &[[f64; 2]], scale: Scale, colour: Color32) -> Line<'static> {
    let place = |&[step, value]: &[f64; 2]| Some(PlotPoint::new(step, scale.height(value)?));
    let style = if curve.dashed {
        LineStyle::dashed_dense()
    } else {
        LineStyle::Solid
    };
    Line::new(
        "",
        PlotPoints::Owned(points.iter().filter_map(place).collect()),
    )
    .color(colour)
    .style(style)
    .allow_hover(false)
}

/// The only point there is, which makes no line.
fn alone(points: &[[f64; 2]], scale: Scale) -> Option<Points<'static>> {
    let &[[step, value]] = points else {
        return None;
    };
    let point = PlotPoint::new(step, scale.height(value)?);
    Some(Points::new("", PlotPoints::Owned(vec![point])))
}

/// Least to greatest value, where points hold more than one step.
fn band(curve: &Curve, scale: Scale) -> Option<FilledArea> {
    let values = &curve.values;
    let both = values.points.iter().zip(&values.band);
    let spans = both.filter_map(|(point, &[low, high])| {
        Some((point[0], scale.height(low)?, scale.height(high)?))
    });
    let (mut steps, mut lows, mut highs) = (Vec::new(), Vec::new(), Vec::new());
    for (step, low, high) in spans {
        steps.push(step);
        lows.push(low);
        highs.push(high);
    }
    let area = FilledArea::new("", &steps, &lows, &highs);
    let area = area.fill_color(curve.colour.gamma_multiply(0.18));
    (steps.len() > 1).then(|| area.allow_hover(false))
}
