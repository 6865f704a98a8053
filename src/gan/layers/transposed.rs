//! A transposed convolution of any kernel and stride, computed as an ordinary one.

use candle_core::{Result, Tensor, bail};

/// Each pixel of the output sees every `stride`-th row and column of the kernel, so that the pixels that see the same
/// ones are an ordinary convolution of their own: all of them together one with stride² times the channels, whose pixels
/// are then sorted into their places (Shi et al. 2016, "Is the deconvolution layer the same as a convolutional layer?").
/// candle's own transposed convolution is a plain loop over the kernel.
#[derive(Clone, Debug)]
pub(super) struct Transposed {
    /// [out · stride², in, taps, taps].
    weight: Tensor,
    kernel: usize,
    taps: usize,
    stride: usize,
    padding: usize,
    output_padding: usize,
}

impl Transposed {
    /// `weight` [in, out, k, k], as PyTorch has it.
    pub fn new(
        weight: &Tensor,
        stride: usize,
        padding: usize,
        output_padding: usize,
    ) -> Result<Self> {
        let (inputs, outputs, kernel, across) = weight.dims4()?;
        if kernel != across || stride == 0 || kernel == 0 {
            bail!("a kernel of {kernel}×{across} with stride {stride}");
        }
        let taps = kernel.div_ceil(stride);
        let rest = taps * stride - kernel;
        let turned = weight
            .pad_with_zeros(2, 0, rest)?
            .pad_with_zeros(3, 0, rest)? // [in, out, taps · s, taps · s]
            .reshape(&[inputs, outputs, taps, stride, taps, stride][..])?
            .flip(&[2, 4])?
            .permute(&[1, 3, 5, 0, 2, 4][..])?; // [out, s, s, in, taps, taps]
        let shape = (outputs * stride * stride, inputs, taps, taps);
        Ok(Self {
            weight: turned.contiguous()?.reshape(shape)?,
            kernel,
            taps,
            stride,
            padding,
            output_padding,
        })
    }

    /// [b, in, h, w] → [b, out, (h − 1) · stride − 2 · padding + k + output padding, …].
    pub fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let (batch, _, high, across) = x.dims4()?;
        let s = self.stride;
        let side = |side: usize| {
            let grown = side.saturating_sub(1) * s + self.kernel + self.output_padding;
            grown.checked_sub(2 * self.padding).filter(|side| *side > 0)
        };
        let (Some(out_high), Some(out_across)) = (side(high), side(across)) else {
            bail!(
                "{high}×{across} features under a padding of {}",
                self.padding
            );
        };
        let sorted = x.conv2d(&self.weight, self.taps - 1, 1, 1, 1)?; // [b, out · s², h + taps − 1, …]
        let (_, channels, rows, columns) = sorted.dims4()?;
        let whole = sorted
            .reshape(&[batch, channels / (s * s), s, s, rows, columns][..])?
            .permute(&[0, 1, 4, 2, 5, 3][..])?
            .contiguous()?
            .reshape((batch, channels / (s * s), rows * s, columns * s))?;
        // Padding of the output may reach beyond what any pixel of the input touches.
        let missing = |wanted: usize, there: usize| (wanted + self.padding).saturating_sub(there);
        whole
            .pad_with_zeros(2, 0, missing(out_high, rows * s))?
            .pad_with_zeros(3, 0, missing(out_across, columns * s))?
            .narrow(2, self.padding, out_high)?
            .narrow(3, self.padding, out_across)?
            .contiguous()
    }
}

#[cfg(test)]
mod tests {
    use candle_core::Device;

    use super::*;

    #[test]
    fn every_geometry_is_what_candle_computes_by_definition() {
        let device = &Device::Cpu;
        for (kernel, stride, padding, output_padding, side) in [
            (4, 1, 0, 0, 1),
            (4, 2, 1, 0, 4),
            (5, 2, 2, 1, 3),
            (3, 2, 1, 1, 4),
            (3, 2, 1, 0, 4),
            (5, 3, 1, 0, 3),
            (2, 2, 0, 0, 3),
            (3, 2, 0, 1, 3),
            (2, 3, 0, 2, 2),
            (7, 1, 3, 0, 5),
            (6, 2, 2, 0, 2),
        ] {
            let x = Tensor::randn(0f32, 1.0, (2, 3, side, side), device).unwrap();
            let w = Tensor::randn(0f32, 1.0, (3, 2, kernel, kernel), device).unwrap();
            let transposed = Transposed::new(&w, stride, padding, output_padding).unwrap();
            let ours = transposed.forward(&x).unwrap();
            let theirs = x.conv_transpose2d(&w, padding, output_padding, stride, 1);
            let theirs = theirs.unwrap();
            assert_eq!(ours.dims(), theirs.dims(), "{kernel} {stride} {padding}");
            let off = (ours - theirs).unwrap().abs().unwrap().max_all().unwrap();
            let off = off.to_scalar::<f32>().unwrap();
            assert!(off < 1e-4, "{kernel} {stride} {padding}: {off}");
        }
    }
}
