/** Each fault for itself, and all at once: the longest first. */
import './away.ts';
import './subjects.ts';
import './answers.ts';
import './killed.ts';
import './ended.ts';
import './disk.ts';
import './sign-in.ts';
