#!/usr/bin/env -S node --max-semi-space-size=4
// V8's young generation may otherwise grow to 48 MB, a tenth of what the idle service takes, and gains nothing here.
// This file is there before anything is built, so that npm links the command in the repository as well.
import "../dist/command/main.js";
