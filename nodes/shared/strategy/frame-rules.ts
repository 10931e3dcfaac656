import { numberFrom, type SettingRules, YES_OR_NO } from '../../../src/client';
import type { FrameSettings } from './kind';

const MINUTES_A_DAY = 1_440;

/** What `msg.config` may set of the frame. */
export const FRAME_RULES: SettingRules<FrameSettings> = { dryRun: YES_OR_NO, repeat: numberFrom(0, MINUTES_A_DAY) };
