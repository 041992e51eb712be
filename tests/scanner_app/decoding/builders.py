"""Frames with codes in them, drawn by zxing-cpp's writer."""

import cv2
import numpy as np
import qrcode
import zxingcpp
from qrcode.util import MODE_8BIT_BYTE, QRData

A_TEXT = "VN1:" + "6BFOXN*TS0BI$ZD4N9:9S6RCVN5+O30K3/XIV0W23NTDE" * 5


def a_code(text=A_TEXT, pixels=4):
    """A grey picture of one code with its quiet zone."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    return np.array(code.to_image(scale=pixels))


def a_code_of_bytes(data, pixels=6):
    """A grey picture of one code whose content is these bytes, with no character set named."""
    code = qrcode.QRCode(border=4, box_size=1)
    code.add_data(QRData(data, mode=MODE_8BIT_BYTE))
    code.make()
    return np.kron(np.where(np.array(code.get_matrix()), 0, 255), np.ones((pixels, pixels))).astype(np.uint8)


def a_frame(*placed, size=(720, 1280), ground=128):
    """A grey frame with (picture, left, top) pasted into it."""
    frame = np.full(size, ground, np.uint8)
    for picture, left, top in placed:
        frame[top : top + picture.shape[0], left : left + picture.shape[1]] = picture
    return frame


def blurred(picture, pixels):
    return cv2.GaussianBlur(picture, (0, 0), pixels)


def with_noise(picture, strength, seed=1):
    grain = np.random.default_rng(seed).normal(0, strength, picture.shape)
    return (picture + grain).clip(0, 255).astype(np.uint8)
