import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);
import {
  fail,
  say
} from "./chunk-3OTJBTZC.mjs";
import "./chunk-4ABQ7PY5.mjs";
import "./chunk-YKEO2KDF.mjs";
import "./chunk-S7EHJMKI.mjs";
export {
  fail,
  say
};
