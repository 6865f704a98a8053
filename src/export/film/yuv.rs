//! RGB → Y'CbCr as ITU-R BT.601 has it, in the limited range of video: what players take small films for.

use crate::picture::Picture;

/// The planes Y', Cb and Cr, each as large as the picture (4:4:4).
pub(super) fn planes(picture: &Picture) -> [Vec<u8>; 3] {
    let (pixels, _) = picture.rgb.as_chunks::<3>();
    let plane = |of: fn([i32; 3]) -> u8| pixels.iter().map(|p| of(p.map(i32::from))).collect();
    [plane(luma), plane(blue), plane(red)]
}

/// The planes Y', Cb and Cr, the latter two half as wide and high (4:2:0), for an even size that may be one pixel
/// larger each way: there the last column and row come twice.
#[cfg(feature = "mp4")]
pub(super) fn planes_420(picture: &Picture, width: usize, height: usize) -> [Vec<u8>; 3] {
    let (pixels, _) = picture.rgb.as_chunks::<3>();
    let at = |x: usize, y: usize| {
        let (x, y) = (x.min(picture.width - 1), y.min(picture.height - 1));
        pixels[y * picture.width + x].map(i32::from)
    };
    let mut planes = [
        Vec::with_capacity(width * height),
        Vec::with_capacity(width * height / 4),
        Vec::with_capacity(width * height / 4),
    ];
    for y in 0..height {
        planes[0].extend((0..width).map(|x| luma(at(x, y))));
    }
    for y in (0..height).step_by(2) {
        for x in (0..width).step_by(2) {
            let four = [at(x, y), at(x + 1, y), at(x, y + 1), at(x + 1, y + 1)];
            let mean = [0, 1, 2].map(|c| (four.iter().map(|pixel| pixel[c]).sum::<i32>() + 2) / 4);
            planes[1].push(blue(mean));
            planes[2].push(red(mean));
        }
    }
    planes
}

/// The weights are BT.601's times 219/255 and 224/255, in units of 1/65536; the results fit into a byte.
fn luma([r, g, b]: [i32; 3]) -> u8 {
    ((16_829 * r + 33_039 * g + 6_416 * b + (16 << 16) + (1 << 15)) >> 16) as u8
}

fn blue([r, g, b]: [i32; 3]) -> u8 {
    ((-9_714 * r - 19_071 * g + 28_785 * b + (128 << 16) + (1 << 15)) >> 16) as u8
}

fn red([r, g, b]: [i32; 3]) -> u8 {
    ((28_784 * r - 24_103 * g - 4_681 * b + (128 << 16) + (1 << 15)) >> 16) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_where_the_standard_has_them() {
        let table = [
            ([0, 0, 0], [16, 128, 128]),
            ([255, 255, 255], [235, 128, 128]),
            ([255, 0, 0], [81, 90, 240]),
            ([0, 255, 0], [145, 54, 34]),
            ([0, 0, 255], [41, 240, 110]),
        ];
        for (rgb, expected) in table {
            let planes = planes(&Picture::filled(1, 1, rgb));
            assert_eq!(planes.map(|plane| plane[0]), expected, "{rgb:?}");
        }
    }

    #[cfg(feature = "mp4")]
    #[test]
    fn an_odd_size_gets_its_last_column_and_row_twice() {
        let mut picture = Picture::new(3, 1);
        picture.rgb[6..].fill(255);
        let [y, u, v] = planes_420(&picture, 4, 2);
        assert_eq!(y, [16, 16, 235, 235, 16, 16, 235, 235]);
        assert_eq!((u, v), (vec![128; 2], vec![128; 2]));
    }
}
