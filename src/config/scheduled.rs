//! Live settings as they are once so many pictures were seen.

use super::live::LiveConfig;

impl LiveConfig {
    /// What holds once `images` real pictures were seen, in batches of `batch`: rates and γ as far as the schedule has
    /// brought them, and an average that is not older than the run.
    pub fn at(&self, images: u64, batch: usize) -> Self {
        let share = images as f64 / self.schedule_images as f64;
        let progress = self.schedule.progress(share);
        let moved = |value: f64, end: f64| value * (1.0 + (end - 1.0) * progress);
        Self {
            lr_g: moved(self.lr_g, self.lr_end),
            lr_d: moved(self.lr_d, self.lr_end),
            gamma: moved(self.gamma, self.gamma_end),
            ema: self.ema.min(self.youngest(images, batch)),
            ..*self
        }
    }

    /// The decay whose half-life is `ema_rampup` of the pictures seen (StyleGAN2-ADA's `ema_rampup`).
    fn youngest(&self, images: u64, batch: usize) -> f64 {
        if self.ema_rampup == 0.0 {
            return 1.0;
        }
        let half_life = self.ema_rampup * images.max(1) as f64;
        libm::exp2(-(batch as f64) / half_life)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Schedule;

    #[test]
    fn without_a_schedule_nothing_moves() {
        let live = LiveConfig::default();
        for images in [0, 1, 1_000_000, u64::MAX] {
            assert_eq!(live.at(images, 64), live);
        }
    }

    #[test]
    fn rates_and_gamma_go_from_start_to_end_and_stay() {
        for schedule in [Schedule::Linear, Schedule::Cosine] {
            let live = LiveConfig {
                schedule,
                schedule_images: 1000,
                lr_end: 0.25,
                gamma_end: 0.1,
                gamma: 2.0,
                ..LiveConfig::default()
            };
            assert_eq!(live.at(0, 64), live);
            let half = live.at(500, 64);
            assert!((half.lr_g - live.lr_g * 0.625).abs() < 1e-12, "{schedule}");
            assert!((half.gamma - 1.1).abs() < 1e-12, "{schedule}");
            let end = live.at(1000, 64);
            assert!((end.lr_d - live.lr_d * 0.25).abs() < 1e-12, "{schedule}");
            assert_eq!(live.at(90_000, 64), end);
        }
    }

    #[test]
    fn a_young_average_forgets_quickly() {
        let live = LiveConfig {
            ema_rampup: 0.05,
            ..LiveConfig::default()
        };
        assert!(live.at(0, 64).ema < 1e-9);
        // Half-life 50 pictures of 1000 seen: two batches of 25.
        assert!((live.at(1000, 25).ema - 0.5f64.sqrt()).abs() < 1e-12);
        assert_eq!(live.at(10_000_000, 64).ema, live.ema);
    }
}
