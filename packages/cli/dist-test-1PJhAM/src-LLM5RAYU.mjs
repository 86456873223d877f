import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);
import {
  defineConfig,
  parseBeacon,
  parseConfig,
  parseDuration,
  parseHistoryDocument,
  parseIndexDocument,
  parsePlan,
  parsePointerDocument,
  parseRecordDocument,
  parseShape,
  parseVersionManifest,
  serialiseHistory,
  serialiseIndex,
  serialisePointer,
  serialiseRecord,
  standardPlan
} from "./chunk-OT6TI2CT.mjs";
import "./chunk-YKEO2KDF.mjs";
import "./chunk-S7EHJMKI.mjs";
export {
  defineConfig,
  parseBeacon,
  parseConfig,
  parseDuration,
  parseHistoryDocument,
  parseIndexDocument,
  parsePlan,
  parsePointerDocument,
  parseRecordDocument,
  parseShape,
  parseVersionManifest,
  serialiseHistory,
  serialiseIndex,
  serialisePointer,
  serialiseRecord,
  standardPlan
};
