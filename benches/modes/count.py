"""How many of 1000 modes a generator draws, as StackedMNIST counts them (Metz et al. 2017), on Fashion-MNIST.

usage: count.py data IMAGES LABELS OUT                  three random pictures become the channels of one; OUT is to be
                                                        called data_batch_1.bin, for its format is CIFAR-10's
       count.py count IMAGES LABELS MODEL [MODEL …]      modes and KL of 26,000 samples, beside those of real pictures

IMAGES and LABELS are Fashion-MNIST's IDX files. A classifier of single pictures, trained on the first 8,000 and checked on
the rest, tells each channel; a mode is a triple of classes. KL(samples || data) is over triples, the data's share of each
being what the classifier says of 26,000 real stacks. Needs PyTorch and safetensors; MODEL is a model file of 32×32.
"""
import gzip
import sys

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import nn

STACKS = 26_000


def idx(path):
    raw = (gzip.open if path.endswith(".gz") else open)(path, "rb").read()
    dims = [int.from_bytes(raw[4 + 4 * i : 8 + 4 * i], "big") for i in range(raw[3])]
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * raw[3]).reshape(dims)


def pictures(path):
    return np.pad(idx(path), ((0, 0), (2, 2), (2, 2)))  # 32×32


def stacks(images, count, seed):
    chosen = np.random.RandomState(seed).randint(len(images), size=(count, 3))
    return images[chosen]


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(64, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten())
        self.head = nn.Sequential(nn.Dropout(0.4), nn.Linear(64 * 16, 128), nn.ReLU(), nn.Linear(128, 10))

    def forward(self, x):
        return self.head(self.features(x))


def floats(images):
    return torch.from_numpy(images.astype(np.float32) / 127.5 - 1)


def train(images, labels):
    torch.manual_seed(0)
    model, count = Classifier(), 8000
    x, y = floats(images[:count])[:, None], torch.from_numpy(labels[:count].astype(np.int64))
    adam = torch.optim.Adam(model.parameters(), 1e-3)
    for epoch in range(10):
        for some in torch.randperm(count).split(100):
            adam.zero_grad()
            F.cross_entropy(model(x[some]), y[some]).backward()
            adam.step()
    model.eval()
    with torch.no_grad():
        told = model(floats(images[count:])[:, None]).argmax(1).numpy()
    print(f"the classifier is right on {(told == labels[count:]).mean():.1%} of pictures it has not seen")
    return model


def modes(classifier, batches):
    seen = np.zeros(1000)
    with torch.no_grad():
        for x in batches:  # [b, 3, 32, 32]
            b = len(x)
            digits = classifier(x.reshape(3 * b, 1, 32, 32)).argmax(1).reshape(b, 3).numpy()
            np.add.at(seen, digits @ np.array([100, 10, 1]), 1)
    return seen


def generator(path):
    tensors = {k[5:]: v.float() for k, v in load_file(path).items() if k.startswith("main.")}
    latent, wide = tensors["0.weight"].shape[:2]
    layers, deep = [], latent
    for index in range(3):
        stride, pad = (1, 0) if index == 0 else (2, 1)
        layers += [nn.ConvTranspose2d(deep, wide, 4, stride, pad, bias=False), nn.BatchNorm2d(wide), nn.ReLU()]
        deep, wide = wide, wide // 2
    g = nn.Sequential(*layers, nn.ConvTranspose2d(deep, 3, 4, 2, 1, bias=False), nn.Tanh())
    g.load_state_dict(tensors, strict=False)
    return g.eval(), latent


def tell(name, seen, data):
    p, q = seen / seen.sum(), (data + 1e-9) / data.sum()
    kl = sum(a * np.log(a / b) for a, b in zip(p, q) if a > 0)
    print(f"{name}: {int((seen > 0).sum())} modes, KL {kl:.3f}")


def main():
    command, images, labels, *rest = sys.argv[1:]
    images, labels = pictures(images), idx(labels)
    if command == "data":
        with open(rest[0], "wb") as file:
            for stack in stacks(images, 50_000, 1):
                file.write(b"\0" + stack.tobytes())
        return
    classifier = train(images, labels)
    real = lambda seed: (floats(stacks(images, 1000, seed * 100 + i)) for i in range(STACKS // 1000))
    data = modes(classifier, real(2))
    tell("real pictures", modes(classifier, real(3)), data)
    for path in rest:
        g, latent = generator(path)
        torch.manual_seed(1)
        with torch.no_grad():
            tell(path, modes(classifier, (g(torch.randn(1000, latent, 1, 1)) for _ in range(STACKS // 1000))), data)


main()
