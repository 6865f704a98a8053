"""Makes the small pictures in this folder, in forms that the program's own encoders do not write.

    pip install pillow && python make.py
"""

import struct

from PIL import Image
from PIL.PngImagePlugin import PngInfo

SIDE = 16
picture = Image.new("RGB", (SIDE, SIDE))
picture.putdata([(x * 16, y * 16, 128) for y in range(SIDE) for x in range(SIDE)])
clear = picture.copy()
clear.putalpha(picture.split()[0])
few = picture.quantize(4)

# Metadata of every kind, as short as it can be.
exif = Image.Exif()
exif[0x0112] = 6  # turned by 90°
exif[0x010E] = "a"
icc = struct.pack(">I4sIIII", 132, b"lcms", 0x04300000, 0, 0, 0).ljust(132, b"\0")
xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"/>'
about = {"exif": exif.tobytes(), "icc_profile": icc}
words = PngInfo()
words.add_text("Title", "a")
words.add_text("Comment", "b" * 40, zip=True)
words.add_itxt("XML:com.adobe.xmp", xmp.decode(), zip=True)

picture.save("metadata.png", pnginfo=words, **about)
few.save("palette.png", transparency=b"\0\x80\xff\xff", bits=2)
picture.save("metadata.jpg", quality=20, comment=b"c", xmp=xmp, **about)
picture.save("progressive.jpg", quality=20, progressive=True, optimize=True, **about)
picture.convert("CMYK").save("cmyk.jpg", quality=10)
picture.save("lossy.webp", quality=10, xmp=xmp, **about)
clear.save("alpha.webp", quality=10)
clear.save("lossless.webp", lossless=True, xmp=xmp, **about)
picture.save("animated.webp", save_all=True, append_images=[picture.rotate(90)], quality=5)
few.save("animated.gif", save_all=True, append_images=[few.rotate(90)], duration=50, loop=0, comment=b"c")
few.save("deflate.tif", compression="tiff_adobe_deflate")
few.convert("L").save("lzw.tif", compression="tiff_lzw", **about)
few.convert("L").save("packbits.tif", compression="packbits")
picture.save("jpeg.tif", compression="jpeg")
picture.convert("1").save("fax.tif", compression="group4")
picture.convert("L").save("grey.bmp")
clear.save("alpha.bmp")

# Eight bits a pixel, packed by runs: a run, a jump, four single pixels, the end of each line.
line = bytes([8, 1, 0, 2, 2, 0, 0, 4, 0, 1, 2, 3, 0, 0])
packed = line * SIDE + b"\0\1"
colours = b"\0\0\0\0" b"\xff\0\0\0" b"\0\xff\0\0" b"\0\0\xff\0"
start = 14 + 40 + len(colours)
with open("runs.bmp", "wb") as file:
    file.write(struct.pack("<2sIII", b"BM", start + len(packed), 0, start))
    file.write(struct.pack("<IiiHHIIiiII", 40, SIDE, SIDE, 1, 8, 1, len(packed), 0, 0, 4, 4))
    file.write(colours + packed)
