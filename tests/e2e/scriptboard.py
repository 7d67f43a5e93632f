#!/usr/bin/env python3
"""A board with a U-Boot's prompt, whose image is a shell script. Usage: scriptboard.py FOLDER

It is there while FOLDER/on is. What is typed comes back; `crc32` finds what FOLDER/crc says, whatever was loaded; `go` runs
FOLDER/script, which says what the board says from then on. Each start is a line in FOLDER/count.
"""
import os
import sys
import time

folder = sys.argv[1]


def here(name):
    return os.path.join(folder, name)


def say(data):
    os.write(1, data)


def go():
    with open(here("count"), "a") as count:
        count.write("\n")
    attempt = str(len(open(here("count")).read()))
    os.environ["attempt"] = attempt
    os.execvp("sh", ["sh", here("script")])


def obey(line):
    say(b"\r\n")
    if b"crc32 " in line:
        say(b"crc32 for 0 ... 0 ==> " + open(here("crc"), "rb").read() + b"\r\n")
    if line.startswith(b"go "):
        say(b"## Starting application\r\n")
        go()
    say(b"=> ")


while not os.path.exists(here("on")):
    time.sleep(0.002)
say(b"\r\nU-Boot 2024.01 (of no board)\r\n\r\nHit any key to stop autoboot:  2 ")
os.read(0, 1)
say(b"\r\n=> ")
typed = b""
while data := os.read(0, 4096):
    for byte in data:
        char = bytes([byte])
        if char == b"\r":
            obey(typed)
            typed = b""
        elif char == b"\x03":
            typed = b""
        else:
            say(char)
            typed += char
