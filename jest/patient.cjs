/* global jest */

/** Tests on the lab wait for programs that start, and for the lake: a slow machine is no failure. */
jest.setTimeout(300_000);
