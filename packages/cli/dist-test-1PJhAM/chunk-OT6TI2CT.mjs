import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);
import {
  isPercent,
  maxBeaconEvents,
  maxBlocked,
  parseAppId,
  parseVersionId,
  placeOf,
  pointerSchema
} from "./chunk-YKEO2KDF.mjs";

// ../schema/src/beacon.ts
var kinds = ["attempt", "ok", "failed", "left"];
var reasons = [
  "no-canary",
  "blocked",
  "bot",
  "override",
  "audience",
  "allow-list",
  "region",
  "no-subject",
  "bucket",
  "error"
];
var maxApps = 100;
var oneDayMs = 864e5;
function parseBeacon(text4) {
  let body;
  try {
    body = JSON.parse(text4);
  } catch {
    return invalidBeacon([{ place: ".", problem: "It is not JSON.", remedy: "Send one JSON document." }]);
  }
  if (!isObject(body)) return invalidBeacon([{ place: ".", problem: "It is not an object.", remedy: remedy.beacon }]);
  if (own(body, "Namespace") !== void 0) return parseAlarmMetric(body);
  const issues = [];
  const complain = (place, problem) => {
    if (issues.length < 50) issues.push({ place, problem, remedy: remedy.beacon });
  };
  if (own(body, "schema") !== 1) complain("schema", "It is not 1.");
  const page = own(body, "page");
  if (typeof page !== "string" || !/^[A-Za-z0-9_-]{8,64}$/.test(page))
    complain("page", "It is not 8 to 64 of A-Za-z0-9_-.");
  const versions = checkVersions(own(body, "versions"), complain);
  const events = checkEvents(own(body, "events"), complain);
  if (issues.length > 0) return invalidBeacon(issues);
  return { kind: "beacon", beacon: { schema: 1, page, versions, events } };
}
var remedy = { beacon: "Send what the resolver of the same version of Sluice sends." };
function checkVersions(value, complain) {
  const checked = /* @__PURE__ */ Object.create(null);
  if (value === void 0) return checked;
  if (!isObject(value)) complain("versions", "It is not an object.");
  else {
    const entries = Object.entries(value);
    if (entries.length > maxApps) complain("versions", `It has more than ${String(maxApps)} apps.`);
    for (const [app2, version] of entries.slice(0, maxApps)) {
      if (parseAppId(app2) === void 0 || parseVersionId(version) === void 0) {
        complain("versions", `"${app2.slice(0, 40)}" or its version is not well-formed.`);
      } else checked[app2] = version;
    }
  }
  return checked;
}
function checkEvents(value, complain) {
  if (!Array.isArray(value) || value.length === 0) {
    complain("events", "It is not a list with at least one event.");
    return [];
  }
  if (value.length > maxBeaconEvents) {
    complain("events", `It has ${String(value.length)} events; at most ${String(maxBeaconEvents)} are taken.`);
    return [];
  }
  return value.flatMap(
    (event, i) => checkEvent(event, (field2, problem) => {
      complain(`events.${String(i)}.${field2}`, problem);
    })
  );
}
function checkEvent(value, complain) {
  if (!isObject(value)) {
    complain(".", "It is not an object.");
    return [];
  }
  const app2 = parseAppId(own(value, "app"));
  const version = parseVersionId(own(value, "version"));
  const kind = own(value, "kind");
  const reason = own(value, "reason");
  const ageMs = own(value, "ageMs");
  const generation = own(value, "generation");
  if (app2 === void 0) complain("app", "It is not an app name.");
  if (version === void 0) complain("version", "It is not a version.");
  if (!kinds.includes(kind)) complain("kind", "It is not attempt, ok, failed or left.");
  if (!reasons.includes(reason)) complain("reason", "It is not a reason of assignment.");
  if (!isWithin(ageMs, oneDayMs)) complain("ageMs", "It is not a number of milliseconds from 0 to a day.");
  if (generation !== void 0 && !(Number.isSafeInteger(generation) && generation >= 0)) {
    complain("generation", "It is not a whole number.");
  }
  const loadMs = own(value, "loadMs");
  if (loadMs !== void 0 && !isWithin(loadMs, oneDayMs)) complain("loadMs", "It is not a number of milliseconds.");
  if (app2 === void 0 || version === void 0) return [];
  return [
    {
      app: app2,
      version,
      kind,
      reason,
      ageMs,
      ...generation === void 0 ? {} : { generation },
      ...loadMs === void 0 ? {} : { loadMs },
      ...own(value, "cold") === true ? { cold: true } : {},
      ...own(value, "fellBack") === true ? { fellBack: true } : {}
    }
  ];
}
function parseAlarmMetric(body) {
  const data = own(body, "MetricData");
  const known3 = own(body, "Namespace") === "MFE/ClientErrors" && Array.isArray(data) && data.length <= maxBeaconEvents;
  const metrics = known3 ? data.map(alarmMetric) : [void 0];
  if (metrics.every((metric) => metric !== void 0)) return { kind: "alarm-metric", metrics };
  return invalidBeacon([
    {
      place: "MetricData",
      problem: "It is not a list of ErrorCount with dimensions MFE and ErrorType in namespace MFE/ClientErrors.",
      remedy: "Send what the reportError of the brief sends."
    }
  ]);
}
function alarmMetric(value) {
  if (!isObject(value) || own(value, "MetricName") !== "ErrorCount") return void 0;
  const dimensions = own(value, "Dimensions");
  if (!Array.isArray(dimensions) || dimensions.length > 10) return void 0;
  const named2 = (name) => {
    const found = dimensions.find((dimension) => isObject(dimension) && own(dimension, "Name") === name);
    return isObject(found) ? own(found, "Value") : void 0;
  };
  const app2 = parseAppId(named2("MFE"));
  const errorType = named2("ErrorType") ?? "Error";
  const amount2 = own(value, "Value") ?? 1;
  if (app2 === void 0 || typeof errorType !== "string" || !isWithin(amount2, 1e3)) return void 0;
  return { app: app2, errorType: errorType.slice(0, 100), value: amount2 };
}
function invalidBeacon(issues) {
  return { kind: "invalid", issues };
}
function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
function own(value, name) {
  return Object.hasOwn(value, name) ? value[name] : void 0;
}
function isWithin(value, most) {
  return typeof value === "number" && value >= 0 && value <= most;
}

// ../../node_modules/valibot/dist/index.mjs
var store$4;
var DEFAULT_CONFIG = {
  lang: void 0,
  message: void 0,
  abortEarly: void 0,
  abortPipeEarly: void 0
};
// @__NO_SIDE_EFFECTS__
function getGlobalConfig(config$1) {
  if (!config$1 && !store$4) return DEFAULT_CONFIG;
  return {
    lang: config$1?.lang ?? store$4?.lang,
    message: config$1?.message,
    abortEarly: config$1?.abortEarly ?? store$4?.abortEarly,
    abortPipeEarly: config$1?.abortPipeEarly ?? store$4?.abortPipeEarly
  };
}
var store$3;
// @__NO_SIDE_EFFECTS__
function getGlobalMessage(lang) {
  return store$3?.get(lang);
}
var store$2;
// @__NO_SIDE_EFFECTS__
function getSchemaMessage(lang) {
  return store$2?.get(lang);
}
var store$1;
// @__NO_SIDE_EFFECTS__
function getSpecificMessage(reference, lang) {
  return store$1?.get(reference)?.get(lang);
}
// @__NO_SIDE_EFFECTS__
function _stringify(input) {
  const type = typeof input;
  if (type === "string") return `"${input}"`;
  if (type === "number" || type === "bigint" || type === "boolean") return `${input}`;
  if (type === "object" || type === "function") return (input && Object.getPrototypeOf(input)?.constructor?.name) ?? "null";
  return type;
}
function _addIssue(context, label, dataset, config$1, other) {
  const input = other && "input" in other ? other.input : dataset.value;
  const expected = other?.expected ?? context.expects ?? null;
  const received = other?.received ?? /* @__PURE__ */ _stringify(input);
  const issue = {
    kind: context.kind,
    type: context.type,
    input,
    expected,
    received,
    message: `Invalid ${label}: ${expected ? `Expected ${expected} but r` : "R"}eceived ${received}`,
    requirement: context.requirement,
    path: other?.path,
    issues: other?.issues,
    lang: config$1.lang,
    abortEarly: config$1.abortEarly,
    abortPipeEarly: config$1.abortPipeEarly
  };
  const isSchema = context.kind === "schema";
  const message$1 = other?.message ?? context.message ?? /* @__PURE__ */ getSpecificMessage(context.reference, issue.lang) ?? (isSchema ? /* @__PURE__ */ getSchemaMessage(issue.lang) : null) ?? config$1.message ?? /* @__PURE__ */ getGlobalMessage(issue.lang);
  if (message$1 !== void 0) issue.message = typeof message$1 === "function" ? message$1(issue) : message$1;
  if (isSchema) dataset.typed = false;
  if (dataset.issues) dataset.issues.push(issue);
  else dataset.issues = [issue];
}
// @__NO_SIDE_EFFECTS__
function _isSameValueZero(value1, value2) {
  return value1 === value2 || Number.isNaN(value1) && Number.isNaN(value2);
}
// @__NO_SIDE_EFFECTS__
function _isValidObjectKey(object$1, key) {
  return Object.prototype.hasOwnProperty.call(object$1, key) && key !== "__proto__" && key !== "prototype" && key !== "constructor";
}
// @__NO_SIDE_EFFECTS__
function _joinExpects(values$1, separator) {
  const list = [...new Set(values$1)];
  if (list.length > 1) return `(${list.join(` ${separator} `)})`;
  return list[0] ?? "never";
}
function _standardSchema(schema) {
  schema["~standard"] = {
    version: 1,
    vendor: "valibot",
    validate: (value$1) => schema["~run"]({ value: value$1 }, /* @__PURE__ */ getGlobalConfig())
  };
  return schema;
}
// @__NO_SIDE_EFFECTS__
function getDotPath(issue) {
  if (issue.path) {
    let key = "";
    for (const item of issue.path) if (typeof item.key === "string" || typeof item.key === "number") if (key) key += `.${item.key}`;
    else key += item.key;
    else return null;
    return key;
  }
  return null;
}
var EMOJI_REGEX = new RegExp("^(?:[\\u{1F1E6}-\\u{1F1FF}]{2}|\\u{1F3F4}[\\u{E0061}-\\u{E007A}]{2}[\\u{E0030}-\\u{E0039}\\u{E0061}-\\u{E007A}]{1,3}\\u{E007F}|(?:\\p{Emoji}\\uFE0F\\u20E3?|\\p{Emoji_Modifier_Base}\\p{Emoji_Modifier}?|(?![\\p{Emoji_Modifier_Base}\\u{1F1E6}-\\u{1F1FF}])\\p{Emoji_Presentation})(?:\\u200D(?:\\p{Emoji}\\uFE0F\\u20E3?|\\p{Emoji_Modifier_Base}\\p{Emoji_Modifier}?|(?![\\p{Emoji_Modifier_Base}\\u{1F1E6}-\\u{1F1FF}])\\p{Emoji_Presentation}))*)+$", "u");
var ISO_TIMESTAMP_REGEX = /^\d{4}-(?:0[1-9]|1[0-2])-(?:[12]\d|0[1-9]|3[01])[T ](?:0\d|1\d|2[0-3])(?::[0-5]\d){2}(?:\.\d{1,9})?(?:Z| ?[+-](?:0\d|1\d|2[0-3])(?::?[0-5]\d)?)$/u;
// @__NO_SIDE_EFFECTS__
function check(requirement, message$1) {
  return {
    kind: "validation",
    type: "check",
    reference: check,
    async: false,
    expects: null,
    requirement,
    message: message$1,
    "~run"(dataset, config$1) {
      if (dataset.typed && !this.requirement(dataset.value)) _addIssue(this, "input", dataset, config$1);
      return dataset;
    }
  };
}
// @__NO_SIDE_EFFECTS__
function finite(message$1) {
  return {
    kind: "validation",
    type: "finite",
    reference: finite,
    async: false,
    expects: null,
    requirement: Number.isFinite,
    message: message$1,
    "~run"(dataset, config$1) {
      if (dataset.typed && !this.requirement(dataset.value)) _addIssue(this, "finite", dataset, config$1);
      return dataset;
    }
  };
}
// @__NO_SIDE_EFFECTS__
function isoTimestamp(message$1) {
  return {
    kind: "validation",
    type: "iso_timestamp",
    reference: isoTimestamp,
    async: false,
    expects: null,
    requirement: ISO_TIMESTAMP_REGEX,
    message: message$1,
    "~run"(dataset, config$1) {
      if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "timestamp", dataset, config$1);
      return dataset;
    }
  };
}
// @__NO_SIDE_EFFECTS__
function maxLength(requirement, message$1) {
  return {
    kind: "validation",
    type: "max_length",
    reference: maxLength,
    async: false,
    expects: `<=${requirement}`,
    requirement,
    message: message$1,
    "~run"(dataset, config$1) {
      if (dataset.typed && dataset.value.length > this.requirement) _addIssue(this, "length", dataset, config$1, { received: `${dataset.value.length}` });
      return dataset;
    }
  };
}
// @__NO_SIDE_EFFECTS__
function maxValue(requirement, message$1) {
  return {
    kind: "validation",
    type: "max_value",
    reference: maxValue,
    async: false,
    expects: `<=${requirement instanceof Date ? requirement.toJSON() : /* @__PURE__ */ _stringify(requirement)}`,
    requirement,
    message: message$1,
    "~run"(dataset, config$1) {
      if (dataset.typed && !(dataset.value <= this.requirement)) _addIssue(this, "value", dataset, config$1, { received: dataset.value instanceof Date ? dataset.value.toJSON() : /* @__PURE__ */ _stringify(dataset.value) });
      return dataset;
    }
  };
}
// @__NO_SIDE_EFFECTS__
function minLength(requirement, message$1) {
  return {
    kind: "validation",
    type: "min_length",
    reference: minLength,
    async: false,
    expects: `>=${requirement}`,
    requirement,
    message: message$1,
    "~run"(dataset, config$1) {
      if (dataset.typed && dataset.value.length < this.requirement) _addIssue(this, "length", dataset, config$1, { received: `${dataset.value.length}` });
      return dataset;
    }
  };
}
// @__NO_SIDE_EFFECTS__
function minValue(requirement, message$1) {
  return {
    kind: "validation",
    type: "min_value",
    reference: minValue,
    async: false,
    expects: `>=${requirement instanceof Date ? requirement.toJSON() : /* @__PURE__ */ _stringify(requirement)}`,
    requirement,
    message: message$1,
    "~run"(dataset, config$1) {
      if (dataset.typed && !(dataset.value >= this.requirement)) _addIssue(this, "value", dataset, config$1, { received: dataset.value instanceof Date ? dataset.value.toJSON() : /* @__PURE__ */ _stringify(dataset.value) });
      return dataset;
    }
  };
}
// @__NO_SIDE_EFFECTS__
function nonEmpty(message$1) {
  return {
    kind: "validation",
    type: "non_empty",
    reference: nonEmpty,
    async: false,
    expects: "!0",
    message: message$1,
    "~run"(dataset, config$1) {
      if (dataset.typed && dataset.value.length === 0) _addIssue(this, "length", dataset, config$1, { received: "0" });
      return dataset;
    }
  };
}
// @__NO_SIDE_EFFECTS__
function regex(requirement, message$1) {
  return {
    kind: "validation",
    type: "regex",
    reference: regex,
    async: false,
    expects: `${requirement}`,
    requirement,
    message: message$1,
    "~run"(dataset, config$1) {
      if (dataset.typed && !this.requirement.test(dataset.value)) _addIssue(this, "format", dataset, config$1);
      return dataset;
    }
  };
}
// @__NO_SIDE_EFFECTS__
function safeInteger(message$1) {
  return {
    kind: "validation",
    type: "safe_integer",
    reference: safeInteger,
    async: false,
    expects: null,
    requirement: Number.isSafeInteger,
    message: message$1,
    "~run"(dataset, config$1) {
      if (dataset.typed && !this.requirement(dataset.value)) _addIssue(this, "safe integer", dataset, config$1);
      return dataset;
    }
  };
}
// @__NO_SIDE_EFFECTS__
function getFallback(schema, dataset, config$1) {
  return typeof schema.fallback === "function" ? schema.fallback(dataset, config$1) : schema.fallback;
}
// @__NO_SIDE_EFFECTS__
function getDefault(schema, dataset, config$1) {
  return typeof schema.default === "function" ? schema.default(dataset, config$1) : schema.default;
}
// @__NO_SIDE_EFFECTS__
function array(item, message$1) {
  return _standardSchema({
    kind: "schema",
    type: "array",
    reference: array,
    expects: "Array",
    async: false,
    item,
    message: message$1,
    "~run"(dataset, config$1) {
      const input = dataset.value;
      if (Array.isArray(input)) {
        dataset.typed = true;
        dataset.value = [];
        for (let key = 0; key < input.length; key++) {
          const value$1 = input[key];
          const itemDataset = this.item["~run"]({ value: value$1 }, config$1);
          if (itemDataset.issues) {
            const pathItem = {
              type: "array",
              origin: "value",
              input,
              key,
              value: value$1
            };
            for (const issue of itemDataset.issues) {
              if (issue.path) issue.path.unshift(pathItem);
              else issue.path = [pathItem];
              dataset.issues?.push(issue);
            }
            if (!dataset.issues) dataset.issues = itemDataset.issues;
            if (config$1.abortEarly) {
              dataset.typed = false;
              break;
            }
          }
          if (!itemDataset.typed) dataset.typed = false;
          dataset.value.push(itemDataset.value);
        }
      } else _addIssue(this, "type", dataset, config$1);
      return dataset;
    }
  });
}
// @__NO_SIDE_EFFECTS__
function boolean(message$1) {
  return _standardSchema({
    kind: "schema",
    type: "boolean",
    reference: boolean,
    expects: "boolean",
    async: false,
    message: message$1,
    "~run"(dataset, config$1) {
      if (typeof dataset.value === "boolean") dataset.typed = true;
      else _addIssue(this, "type", dataset, config$1);
      return dataset;
    }
  });
}
// @__NO_SIDE_EFFECTS__
function custom(check$1, message$1) {
  return _standardSchema({
    kind: "schema",
    type: "custom",
    reference: custom,
    expects: "unknown",
    async: false,
    check: check$1,
    message: message$1,
    "~run"(dataset, config$1) {
      if (this.check(dataset.value)) dataset.typed = true;
      else _addIssue(this, "type", dataset, config$1);
      return dataset;
    }
  });
}
// @__NO_SIDE_EFFECTS__
function exactOptional(wrapped, default_) {
  return _standardSchema({
    kind: "schema",
    type: "exact_optional",
    reference: exactOptional,
    expects: wrapped.expects,
    async: false,
    wrapped,
    default: default_,
    "~run"(dataset, config$1) {
      return this.wrapped["~run"](dataset, config$1);
    }
  });
}
// @__NO_SIDE_EFFECTS__
function literal(literal_, message$1) {
  return _standardSchema({
    kind: "schema",
    type: "literal",
    reference: literal,
    expects: /* @__PURE__ */ _stringify(literal_),
    async: false,
    literal: literal_,
    message: message$1,
    "~run"(dataset, config$1) {
      if (/* @__PURE__ */ _isSameValueZero(dataset.value, this.literal)) dataset.typed = true;
      else _addIssue(this, "type", dataset, config$1);
      return dataset;
    }
  });
}
// @__NO_SIDE_EFFECTS__
function looseObject(entries$1, message$1) {
  return _standardSchema({
    kind: "schema",
    type: "loose_object",
    reference: looseObject,
    expects: "Object",
    async: false,
    entries: entries$1,
    message: message$1,
    "~run"(dataset, config$1) {
      const input = dataset.value;
      if (input && typeof input === "object") {
        dataset.typed = true;
        dataset.value = {};
        for (const key in this.entries) {
          const valueSchema = this.entries[key];
          if (key in input || (valueSchema.type === "exact_optional" || valueSchema.type === "optional" || valueSchema.type === "nullish") && valueSchema.default !== void 0) {
            const value$1 = key in input ? input[key] : /* @__PURE__ */ getDefault(valueSchema);
            const valueDataset = valueSchema["~run"]({ value: value$1 }, config$1);
            if (valueDataset.issues) {
              const pathItem = {
                type: "object",
                origin: "value",
                input,
                key,
                value: value$1
              };
              for (const issue of valueDataset.issues) {
                if (issue.path) issue.path.unshift(pathItem);
                else issue.path = [pathItem];
                dataset.issues?.push(issue);
              }
              if (!dataset.issues) dataset.issues = valueDataset.issues;
              if (config$1.abortEarly) {
                dataset.typed = false;
                break;
              }
            }
            if (!valueDataset.typed) dataset.typed = false;
            dataset.value[key] = valueDataset.value;
          } else if (valueSchema.fallback !== void 0) dataset.value[key] = /* @__PURE__ */ getFallback(valueSchema);
          else if (valueSchema.type !== "exact_optional" && valueSchema.type !== "optional" && valueSchema.type !== "nullish") {
            _addIssue(this, "key", dataset, config$1, {
              input: void 0,
              expected: `"${key}"`,
              path: [{
                type: "object",
                origin: "key",
                input,
                key,
                value: input[key]
              }]
            });
            if (config$1.abortEarly) break;
          }
        }
        if (!dataset.issues || !config$1.abortEarly) {
          for (const key in input) if (/* @__PURE__ */ _isValidObjectKey(input, key) && !Object.prototype.hasOwnProperty.call(this.entries, key)) dataset.value[key] = input[key];
        }
      } else _addIssue(this, "type", dataset, config$1);
      return dataset;
    }
  });
}
// @__NO_SIDE_EFFECTS__
function nullable(wrapped, default_) {
  return _standardSchema({
    kind: "schema",
    type: "nullable",
    reference: nullable,
    expects: `(${wrapped.expects} | null)`,
    async: false,
    wrapped,
    default: default_,
    "~run"(dataset, config$1) {
      if (dataset.value === null) {
        if (this.default !== void 0) dataset.value = /* @__PURE__ */ getDefault(this, dataset, config$1);
        if (dataset.value === null) {
          dataset.typed = true;
          return dataset;
        }
      }
      return this.wrapped["~run"](dataset, config$1);
    }
  });
}
// @__NO_SIDE_EFFECTS__
function number(message$1) {
  return _standardSchema({
    kind: "schema",
    type: "number",
    reference: number,
    expects: "number",
    async: false,
    message: message$1,
    "~run"(dataset, config$1) {
      if (typeof dataset.value === "number" && !isNaN(dataset.value)) dataset.typed = true;
      else _addIssue(this, "type", dataset, config$1);
      return dataset;
    }
  });
}
// @__NO_SIDE_EFFECTS__
function object(entries$1, message$1) {
  return _standardSchema({
    kind: "schema",
    type: "object",
    reference: object,
    expects: "Object",
    async: false,
    entries: entries$1,
    message: message$1,
    "~run"(dataset, config$1) {
      const input = dataset.value;
      if (input && typeof input === "object") {
        dataset.typed = true;
        dataset.value = {};
        for (const key in this.entries) {
          const valueSchema = this.entries[key];
          if (key in input || (valueSchema.type === "exact_optional" || valueSchema.type === "optional" || valueSchema.type === "nullish") && valueSchema.default !== void 0) {
            const value$1 = key in input ? input[key] : /* @__PURE__ */ getDefault(valueSchema);
            const valueDataset = valueSchema["~run"]({ value: value$1 }, config$1);
            if (valueDataset.issues) {
              const pathItem = {
                type: "object",
                origin: "value",
                input,
                key,
                value: value$1
              };
              for (const issue of valueDataset.issues) {
                if (issue.path) issue.path.unshift(pathItem);
                else issue.path = [pathItem];
                dataset.issues?.push(issue);
              }
              if (!dataset.issues) dataset.issues = valueDataset.issues;
              if (config$1.abortEarly) {
                dataset.typed = false;
                break;
              }
            }
            if (!valueDataset.typed) dataset.typed = false;
            dataset.value[key] = valueDataset.value;
          } else if (valueSchema.fallback !== void 0) dataset.value[key] = /* @__PURE__ */ getFallback(valueSchema);
          else if (valueSchema.type !== "exact_optional" && valueSchema.type !== "optional" && valueSchema.type !== "nullish") {
            _addIssue(this, "key", dataset, config$1, {
              input: void 0,
              expected: `"${key}"`,
              path: [{
                type: "object",
                origin: "key",
                input,
                key,
                value: input[key]
              }]
            });
            if (config$1.abortEarly) break;
          }
        }
      } else _addIssue(this, "type", dataset, config$1);
      return dataset;
    }
  });
}
// @__NO_SIDE_EFFECTS__
function optional(wrapped, default_) {
  return _standardSchema({
    kind: "schema",
    type: "optional",
    reference: optional,
    expects: `(${wrapped.expects} | undefined)`,
    async: false,
    wrapped,
    default: default_,
    "~run"(dataset, config$1) {
      if (dataset.value === void 0) {
        if (this.default !== void 0) dataset.value = /* @__PURE__ */ getDefault(this, dataset, config$1);
        if (dataset.value === void 0) {
          dataset.typed = true;
          return dataset;
        }
      }
      return this.wrapped["~run"](dataset, config$1);
    }
  });
}
// @__NO_SIDE_EFFECTS__
function picklist(options, message$1) {
  return _standardSchema({
    kind: "schema",
    type: "picklist",
    reference: picklist,
    expects: /* @__PURE__ */ _joinExpects(options.map(_stringify), "|"),
    async: false,
    options,
    message: message$1,
    "~run"(dataset, config$1) {
      if (this.options.includes(dataset.value)) dataset.typed = true;
      else _addIssue(this, "type", dataset, config$1);
      return dataset;
    }
  });
}
// @__NO_SIDE_EFFECTS__
function record(key, value$1, message$1) {
  return _standardSchema({
    kind: "schema",
    type: "record",
    reference: record,
    expects: "Object",
    async: false,
    key,
    value: value$1,
    message: message$1,
    "~run"(dataset, config$1) {
      const input = dataset.value;
      if (input && typeof input === "object") {
        dataset.typed = true;
        dataset.value = {};
        for (const entryKey in input) if (/* @__PURE__ */ _isValidObjectKey(input, entryKey)) {
          const entryValue = input[entryKey];
          const keyDataset = this.key["~run"]({ value: entryKey }, config$1);
          if (keyDataset.issues) {
            const pathItem = {
              type: "object",
              origin: "key",
              input,
              key: entryKey,
              value: entryValue
            };
            for (const issue of keyDataset.issues) {
              issue.path = [pathItem];
              dataset.issues?.push(issue);
            }
            if (!dataset.issues) dataset.issues = keyDataset.issues;
            if (config$1.abortEarly) {
              dataset.typed = false;
              break;
            }
          }
          const valueDataset = this.value["~run"]({ value: entryValue }, config$1);
          if (valueDataset.issues) {
            const pathItem = {
              type: "object",
              origin: "value",
              input,
              key: entryKey,
              value: entryValue
            };
            for (const issue of valueDataset.issues) {
              if (issue.path) issue.path.unshift(pathItem);
              else issue.path = [pathItem];
              dataset.issues?.push(issue);
            }
            if (!dataset.issues) dataset.issues = valueDataset.issues;
            if (config$1.abortEarly) {
              dataset.typed = false;
              break;
            }
          }
          if (!keyDataset.typed || !valueDataset.typed) dataset.typed = false;
          if (keyDataset.typed) dataset.value[keyDataset.value] = valueDataset.value;
        }
      } else _addIssue(this, "type", dataset, config$1);
      return dataset;
    }
  });
}
// @__NO_SIDE_EFFECTS__
function strictObject(entries$1, message$1) {
  return _standardSchema({
    kind: "schema",
    type: "strict_object",
    reference: strictObject,
    expects: "Object",
    async: false,
    entries: entries$1,
    message: message$1,
    "~run"(dataset, config$1) {
      const input = dataset.value;
      if (input && typeof input === "object") {
        dataset.typed = true;
        dataset.value = {};
        for (const key in this.entries) {
          const valueSchema = this.entries[key];
          if (key in input || (valueSchema.type === "exact_optional" || valueSchema.type === "optional" || valueSchema.type === "nullish") && valueSchema.default !== void 0) {
            const value$1 = key in input ? input[key] : /* @__PURE__ */ getDefault(valueSchema);
            const valueDataset = valueSchema["~run"]({ value: value$1 }, config$1);
            if (valueDataset.issues) {
              const pathItem = {
                type: "object",
                origin: "value",
                input,
                key,
                value: value$1
              };
              for (const issue of valueDataset.issues) {
                if (issue.path) issue.path.unshift(pathItem);
                else issue.path = [pathItem];
                dataset.issues?.push(issue);
              }
              if (!dataset.issues) dataset.issues = valueDataset.issues;
              if (config$1.abortEarly) {
                dataset.typed = false;
                break;
              }
            }
            if (!valueDataset.typed) dataset.typed = false;
            dataset.value[key] = valueDataset.value;
          } else if (valueSchema.fallback !== void 0) dataset.value[key] = /* @__PURE__ */ getFallback(valueSchema);
          else if (valueSchema.type !== "exact_optional" && valueSchema.type !== "optional" && valueSchema.type !== "nullish") {
            _addIssue(this, "key", dataset, config$1, {
              input: void 0,
              expected: `"${key}"`,
              path: [{
                type: "object",
                origin: "key",
                input,
                key,
                value: input[key]
              }]
            });
            if (config$1.abortEarly) break;
          }
        }
        if (!dataset.issues || !config$1.abortEarly) {
          for (const key in input) if (!Object.prototype.hasOwnProperty.call(this.entries, key)) {
            _addIssue(this, "key", dataset, config$1, {
              input: key,
              expected: "never",
              path: [{
                type: "object",
                origin: "key",
                input,
                key,
                value: input[key]
              }]
            });
            break;
          }
        }
      } else _addIssue(this, "type", dataset, config$1);
      return dataset;
    }
  });
}
// @__NO_SIDE_EFFECTS__
function string(message$1) {
  return _standardSchema({
    kind: "schema",
    type: "string",
    reference: string,
    expects: "string",
    async: false,
    message: message$1,
    "~run"(dataset, config$1) {
      if (typeof dataset.value === "string") dataset.typed = true;
      else _addIssue(this, "type", dataset, config$1);
      return dataset;
    }
  });
}
// @__NO_SIDE_EFFECTS__
function _subIssues(datasets) {
  let issues;
  if (datasets) for (const dataset of datasets) if (issues) for (const issue of dataset.issues) issues.push(issue);
  else issues = dataset.issues;
  return issues;
}
// @__NO_SIDE_EFFECTS__
function union(options, message$1) {
  return _standardSchema({
    kind: "schema",
    type: "union",
    reference: union,
    expects: /* @__PURE__ */ _joinExpects(options.map((option) => option.expects), "|"),
    async: false,
    options,
    message: message$1,
    "~run"(dataset, config$1) {
      let validDataset;
      let typedDatasets;
      let untypedDatasets;
      for (const schema of this.options) {
        const optionDataset = schema["~run"]({ value: dataset.value }, config$1);
        if (optionDataset.typed) if (optionDataset.issues) if (typedDatasets) typedDatasets.push(optionDataset);
        else typedDatasets = [optionDataset];
        else {
          validDataset = optionDataset;
          break;
        }
        else if (untypedDatasets) untypedDatasets.push(optionDataset);
        else untypedDatasets = [optionDataset];
      }
      if (validDataset) return validDataset;
      if (typedDatasets) {
        if (typedDatasets.length === 1) return typedDatasets[0];
        _addIssue(this, "type", dataset, config$1, { issues: /* @__PURE__ */ _subIssues(typedDatasets) });
        dataset.typed = true;
      } else if (untypedDatasets?.length === 1) return untypedDatasets[0];
      else _addIssue(this, "type", dataset, config$1, { issues: /* @__PURE__ */ _subIssues(untypedDatasets) });
      return dataset;
    }
  });
}
// @__NO_SIDE_EFFECTS__
function unknown() {
  return _standardSchema({
    kind: "schema",
    type: "unknown",
    reference: unknown,
    expects: "unknown",
    async: false,
    "~run"(dataset) {
      dataset.typed = true;
      return dataset;
    }
  });
}
// @__NO_SIDE_EFFECTS__
function pipe(...pipe$1) {
  return _standardSchema({
    ...pipe$1[0],
    pipe: pipe$1,
    "~run"(dataset, config$1) {
      for (const item of pipe$1) if (item.kind !== "metadata") {
        if (dataset.issues && (item.kind === "schema" || item.kind === "transformation")) {
          dataset.typed = false;
          break;
        }
        if (!dataset.issues || !config$1.abortEarly && !config$1.abortPipeEarly) dataset = item["~run"](dataset, config$1);
      }
      return dataset;
    }
  });
}
// @__NO_SIDE_EFFECTS__
function safeParse(schema, input, config$1) {
  const dataset = schema["~run"]({ value: input }, /* @__PURE__ */ getGlobalConfig(config$1));
  return {
    typed: dataset.typed,
    success: !dataset.issues,
    output: dataset.value,
    issues: dataset.issues
  };
}

// ../schema/src/nearest-name.ts
function nearestName(typed, known3) {
  if (typed.length > longestTyped) return void 0;
  const most = typed.length < 4 ? 1 : 2;
  const ranked = known3.map((name) => ({ name, distance: distanceOf(typed.toLowerCase(), name.toLowerCase()) })).toSorted((a, b) => a.distance - b.distance);
  const [first] = ranked;
  return first !== void 0 && first.distance <= most ? first.name : void 0;
}
var longestTyped = 64;
function distanceOf(a, b) {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  const at = (i, j) => rows[i]?.[j] ?? 0;
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const cheapest = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + same);
      row.push(swapped ? Math.min(cheapest, at(i - 2, j - 2) + 1) : cheapest);
    }
  }
  return at(a.length, b.length);
}

// ../schema/src/show-value.ts
function showValue(value) {
  switch (typeof value) {
    case "undefined":
      return "Nothing";
    case "number":
    case "boolean":
      return String(value);
    case "string":
      return cut(JSON.stringify(value));
    case "bigint":
      return cut(`${String(value)}n`);
    case "object":
      return value === null ? "null" : Array.isArray(value) ? "A list" : "An object";
    default:
      return `A ${typeof value}`;
  }
}
var longestShown = 80;
function cut(text4) {
  return text4.length <= longestShown ? text4 : `${text4.slice(0, longestShown)}\u2026`;
}

// ../schema/src/wording.ts
function wordingOf(issue) {
  const own2 = ownWording(issue.message);
  if (own2 !== void 0) return own2;
  if (issue.kind === "validation") return ofRule(issue);
  if (issue.received === "undefined") return { problem: "It is missing.", remedy: "Add it." };
  const wanted = wordFor(issue.expected ?? "unknown");
  const seen = showValue(issue.input);
  const problem = wanted.startsWith("one of") ? `${seen} is not known here.` : `${seen} is not ${wanted}.`;
  return { problem, remedy: `Write ${wanted}.` };
}
function ownWording(message) {
  const [problem, remedy2] = message.startsWith("Invalid ") ? [] : message.split(" | ");
  return problem === void 0 || remedy2 === void 0 ? void 0 : { problem, remedy: remedy2 };
}
function strictShape(entries) {
  const known3 = Object.keys(entries);
  return strictObject(entries, (issue) => {
    const key = getDotPath(issue)?.split(".").at(-1);
    if (issue.expected !== "never" || key === void 0) return issue.message;
    return unknownKey(key, known3);
  });
}
function unknownKey(key, known3) {
  const near = nearestName(key, known3);
  const meant = near === void 0 ? `Known here: ${known3.join(", ")}.` : `Did you mean "${near}"?`;
  return `There is no setting ${showValue(key)} here. | ${meant}`;
}
function wordFor(expected) {
  const words2 = {
    string: "text in quotes",
    number: "a number",
    boolean: "true or false",
    Array: "a list",
    Object: "an object"
  };
  return words2[expected] ?? `one of ${expected.replaceAll(/[()]/g, "").replaceAll(" | ", ", ")}`;
}
function ofRule(issue) {
  const seen = showValue(issue.input);
  const limit = String(issue.requirement);
  switch (issue.type) {
    case "max_length":
      return { problem: "It is too long.", remedy: `At most ${limit} are allowed.` };
    case "min_length":
    case "non_empty":
      return { problem: "It is empty.", remedy: "Write at least one." };
    case "min_value":
      return { problem: `${seen} is too small.`, remedy: `At least ${limit} is allowed.` };
    case "max_value":
      return { problem: `${seen} is too large.`, remedy: `At most ${limit} is allowed.` };
    case "integer":
    case "safe_integer":
      return { problem: `${seen} is not a whole number.`, remedy: "Write a whole number." };
    default:
      return { problem: `${seen} cannot be used here.`, remedy: `Wanted: ${issue.expected ?? issue.type}.` };
  }
}

// ../schema/src/parsed.ts
function invalid(issues) {
  return { kind: "invalid", issues };
}
function issuesOf(found) {
  return found.map((issue) => ({ place: getDotPath(issue) ?? ".", ...wordingOf(issue) }));
}
function parseShape(shape, value) {
  const result = safeParse(shape, value);
  return result.success ? { kind: "ok", value: result.output } : invalid(issuesOf(result.issues));
}
function isRecord(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
var recordShape = custom(
  isRecord,
  "It is not an object. | Write an object: { \u2026 }."
);

// ../schema/src/config-apps.ts
function appIssues(config, plans) {
  const named2 = config["apps"];
  if (!isRecord(named2)) return [];
  const apps = Object.entries(named2).map(([name, app2]) => ({ name, app: isRecord(app2) ? app2 : {} }));
  if (apps.length === 0) {
    return [{ place: "apps", problem: "There is no app.", remedy: "Add one: mfe1: { kind: 'remote' }." }];
  }
  return [
    ...apps.flatMap(({ name }) => nameIssues(name)),
    ...planIssues("plan", config["plan"], plans),
    ...apps.flatMap(({ name, app: app2 }) => planIssues(`apps.${name}.plan`, app2["plan"], plans)),
    ...prefixIssues(apps),
    ...mountIssues(apps)
  ];
}
function nameIssues(name) {
  if (parseAppId(name) !== void 0 && name !== "constructor") return [];
  const remedy2 = 'Use a-z, 0-9 and "-", at most 32, a letter first; not "api", "sluice" or "constructor".';
  return [{ place: `apps.${name}`, problem: `${showValue(name)} is not an app name.`, remedy: remedy2 }];
}
function planIssues(place, plan2, plans) {
  if (typeof plan2 !== "string" || plans.includes(plan2)) return [];
  const near = nearestName(plan2, plans);
  const choose = `Choose one of ${plans.join(", ")}, or add it under plans.`;
  const remedy2 = near === void 0 ? choose : `Did you mean "${near}"? ${choose}`;
  return [{ place, problem: `There is no plan ${showValue(plan2)}.`, remedy: remedy2 }];
}
function prefixIssues(apps) {
  const folders = apps.flatMap(({ name, app: app2 }) => {
    const folder = app2["prefix"] ?? name;
    return typeof folder === "string" ? [{ name, folder }] : [];
  });
  return folders.flatMap(({ name, folder }, i) => {
    const place = `apps.${name}.prefix`;
    const other = folders.slice(0, i).find((before) => collide(before.folder, folder));
    const shared = other === void 0 ? [] : [
      {
        place,
        problem: `Its folder "${folder}" is shared with ${other.name}, which has "${other.folder}".`,
        remedy: "Each app of one store needs a folder of its own, outside of the others."
      }
    ];
    const version = folder.split("/").find((part) => parseVersionId(part) !== void 0);
    if (version === void 0) return shared;
    const problem = `"${version}" in it is a version.`;
    return [...shared, { place, problem, remedy: "Choose a folder that no version can have." }];
  });
}
function collide(a, b) {
  if (a === b) return true;
  return a !== "" && b !== "" && (a.startsWith(`${b}/`) || b.startsWith(`${a}/`));
}
function mountIssues(apps) {
  const shells = apps.filter(({ app: app2 }) => app2["kind"] === "shell");
  const misplaced = apps.filter(({ app: app2 }) => app2["kind"] === "remote" && app2["mount"] !== void 0).map(({ name }) => ({
    place: `apps.${name}.mount`,
    problem: "A remote answers no documents.",
    remedy: "Remove it; only shells are mounted."
  }));
  const shared = shells.flatMap(({ name, app: app2 }, i) => {
    const other = shells.slice(0, i).find((before) => before.app["mount"] === app2["mount"]);
    if (other === void 0) return [];
    const where = app2["mount"] === void 0 ? "All documents are" : `${showValue(app2["mount"])} is`;
    const problem = `${where} answered by ${other.name} already.`;
    return [{ place: `apps.${name}.mount`, problem, remedy: "Give it a path of its own, like '/admin'." }];
  });
  return [...misplaced, ...shared];
}

// ../schema/src/duration.ts
var units = { d: 864e5, h: 36e5, m: 6e4, s: 1e3, ms: 1 };
var amount = String.raw`(\d{1,9}(?:\.\d{1,3})?)`;
var written = new RegExp(`^(?:${amount}d)?(?:${amount}h)?(?:${amount}m)?(?:${amount}s)?(?:${amount}ms)?$`);
function parseDuration(text4) {
  if (typeof text4 !== "string") return void 0;
  const amounts = written.exec(text4)?.slice(1);
  if (amounts === void 0) return void 0;
  const sum = Object.values(units).reduce((ms2, unit, i) => ms2 + Number(amounts[i] ?? 0) * unit, 0);
  const ms = Math.round(sum);
  return ms > 0 && Number.isSafeInteger(ms) ? ms : void 0;
}

// ../schema/src/config-shape.ts
var port = pipe(
  number("It is not a number. | Use a port from 0 to 65535; 0 is any free one."),
  check(
    (value) => Number.isInteger(value) && value >= 0 && value <= 65535,
    "It is not a port. | Use a whole number from 0 to 65535; 0 is any free one."
  )
);
var duration = pipe(
  string(),
  check(
    (text4) => parseDuration(text4) !== void 0,
    "It is not a length of time above zero. | Write it as '90s', '15m', '2h' or '1d'."
  )
);
var rate = pipe(number(), minValue(1));
var words = pipe(string(), nonEmpty("It is empty. | Write something, or leave it out."));
var host = optional(words, "127.0.0.1");
var target = strictShape({
  store: optional(words, ".sluice/store"),
  telemetry: optional(words, ".sluice/telemetry"),
  edge: optional(strictShape({ host, port: optional(port, 4400) }), {}),
  controller: optional(strictShape({ host, port: optional(port, 4401), tick: optional(duration, "1s") }), {})
});
var app = strictShape({
  kind: picklist(["shell", "remote"], "It is not a kind of app. | Use 'shell' or 'remote'."),
  router: optional(
    picklist(
      ["manifest", "edge"],
      "It is not a router of a local target. | Use 'manifest' or 'edge'; the routers of AWS come with the AWS adapters."
    )
  ),
  prefix: optional(
    pipe(
      string(),
      regex(
        /^([a-z0-9][a-z0-9._-]*(\/[a-z0-9][a-z0-9._-]*)*)?$/,
        "It is not a folder of a store. | Use a name like 'mfe1', or '' for the store's root."
      )
    )
  ),
  plan: optional(string()),
  mount: optional(pipe(string(), regex(/^(\/[a-z0-9-]+)+$/, "It is not a path. | Write it as '/admin'.")))
});
function named(entry) {
  return pipe(recordShape, record(string(), entry));
}
var configShape = strictShape({
  apps: named(app),
  plans: optional(named(unknown()), {}),
  plan: optional(string(), "standard"),
  sampleRate: optional(pipe(number(), minValue(0), maxValue(1)), 0.01),
  rollbackWindow: optional(duration, "14d"),
  ingestion: optional(strictShape({ perClient: optional(rate, 50), total: optional(rate, 2e4) }), {}),
  targets: optional(named(target), { local: {} })
});

// ../schema/src/config-targets.ts
function targetIssues(targets) {
  if (!isRecord(targets)) return [];
  const names = Object.keys(targets);
  if (names.length === 0) {
    return [{ place: "targets", problem: "There is no target.", remedy: "Leave `targets` out, or write local: {}." }];
  }
  return names.flatMap((name) => [...nameIssues2(name), ...portIssues(name, targets[name])]);
}
function nameIssues2(name) {
  if (/^[a-z][a-z0-9-]{0,31}$/.test(name) && name !== "constructor") return [];
  const remedy2 = 'Use a-z, 0-9 and "-", a letter first, like local or staging.';
  return [{ place: `targets.${name}`, problem: `${showValue(name)} is not a target's name.`, remedy: remedy2 }];
}
function portIssues(name, target2) {
  const edge = addressOf(target2, "edge", 4400);
  const controller = addressOf(target2, "controller", 4401);
  if (edge.port === 0 || edge.port !== controller.port || edge.host !== controller.host) return [];
  const problem = `The edge has port ${showValue(edge.port)} too.`;
  return [{ place: `targets.${name}.controller.port`, problem, remedy: "Give each of them a port of its own." }];
}
function addressOf(target2, part, port2) {
  const written2 = isRecord(target2) ? target2[part] : void 0;
  const address = isRecord(written2) ? written2 : {};
  return { host: address["host"] ?? "127.0.0.1", port: address["port"] ?? port2 };
}

// ../schema/src/plan-stages.ts
var known = ["percent", "soak"];
function parseStages(written2, issues) {
  if (!Array.isArray(written2) || written2.length === 0) {
    const remedy2 = "Write at least one: [{ percent: 5, soak: '15m' }].";
    issues.push({ place: "stages", problem: "There is no stage.", remedy: remedy2 });
    return [];
  }
  const stages = [];
  let before = 0;
  for (const [i, stage] of written2.entries()) {
    const place = `stages.${String(i)}`;
    const percent = checkPercent(stage, { place, before }, issues);
    checkKeys(stage, place, issues);
    const soakMs = checkSoak(stage, place, issues);
    before = Math.max(before, percent ?? 0);
    if (percent !== void 0 && percent !== 100) stages.push({ weightBp: Math.round(percent * 100), soakMs });
  }
  return stages;
}
function writtenBake(stages) {
  const last = Array.isArray(stages) ? stages.at(-1) : void 0;
  return field(last, "percent") === 100 ? parseDuration(field(last, "soak")) : void 0;
}
function checkPercent(stage, { place, before }, issues) {
  const percent = field(stage, "percent");
  if (!isPercent(percent) || Math.round(percent * 100) < 1) {
    const problem = `${showValue(percent)} is not a percentage of a stage.`;
    const remedy2 = "Use a number above 0, at most 100, with at most two decimals.";
    issues.push({ place: `${place}.percent`, problem, remedy: remedy2 });
    return void 0;
  }
  if (percent <= before) {
    const problem = `${String(percent)} does not increase: ${String(before)} came before.`;
    issues.push({ place: `${place}.percent`, problem, remedy: "Percentages must increase from stage to stage." });
  }
  return percent;
}
function checkSoak(stage, place, issues) {
  const soak = field(stage, "soak");
  const soakMs = parseDuration(soak);
  if (soakMs !== void 0) return soakMs;
  if (soak !== void 0 || field(stage, "percent") !== 100) {
    const problem = `${showValue(soak)} is not a length of time above zero.`;
    issues.push({ place: `${place}.soak`, problem, remedy: "Write it as '90s', '15m', '2h' or '1d'." });
  }
  return 0;
}
function checkKeys(stage, place, issues) {
  if (!isRecord(stage)) return;
  for (const key of Object.keys(stage).filter((name) => !known.includes(name))) {
    const [problem = "", remedy2 = ""] = unknownKey(key, known).split(" | ");
    issues.push({ place: `${place}.${key}`, problem, remedy: remedy2 });
  }
}
function field(stage, name) {
  return isRecord(stage) ? stage[name] : void 0;
}

// ../schema/src/plan.ts
var standardPlan = {
  stages: [
    { percent: 5, soak: "15m" },
    { percent: 25, soak: "30m" },
    { percent: 50, soak: "30m" }
  ],
  bake: "30m"
};
var known2 = ["stages", "bake", "minSessions", "maxDuration", "slot", "outcomeWindow", "closingLag", "strictness"];
var dayMs = 864e5;
function parsePlan(name, written2) {
  if (!isRecord(written2)) {
    const remedy2 = "Write { stages: [{ percent: 5, soak: '15m' }], bake: '30m' }.";
    return invalid([{ place: ".", problem: "A plan is an object.", remedy: remedy2 }]);
  }
  const issues = Object.keys(written2).filter((key) => !known2.includes(key)).map((key) => issueOf(key, unknownKey(key, known2)));
  const stages = parseStages(written2["stages"], issues);
  const bakeMs = bakeOf(written2, issues);
  const soakedMs = stages.reduce((sum, { soakMs }) => sum + soakMs, bakeMs);
  const value = {
    name,
    stages: [...stages, { weightBp: 1e4, soakMs: bakeMs }],
    minSessions: minSessionsOf(written2, issues),
    maxDurationMs: maxDurationOf(written2, soakedMs, issues),
    baseSlotMs: lengthOf(written2, "slot", issues) ?? "auto",
    ...windowsOf(written2, issues),
    strictness: strictnessOf(written2, issues)
  };
  return issues.length > 0 ? invalid(issues) : { kind: "ok", value };
}
function lengthOf(written2, place, issues) {
  const text4 = written2[place];
  if (text4 === void 0) return void 0;
  const ms = parseDuration(text4);
  if (ms === void 0) {
    const remedy2 = "Write it as '90s', '15m', '2h' or '1d'.";
    issues.push({ place, problem: `${showValue(text4)} is not a length of time above zero.`, remedy: remedy2 });
  }
  return ms;
}
function bakeOf(written2, issues) {
  const ofStage = writtenBake(written2["stages"]);
  const own2 = lengthOf(written2, "bake", issues);
  if (own2 !== void 0 && ofStage !== void 0 && own2 !== ofStage) {
    const problem = "The stage at 100 % has another soak than this.";
    issues.push({ place: "bake", problem, remedy: "They are the same thing: leave one of them out." });
  }
  return own2 ?? ofStage ?? 30 * 6e4;
}
function maxDurationOf(written2, soakedMs, issues) {
  const ms = lengthOf(written2, "maxDuration", issues);
  if (ms !== void 0 && ms <= soakedMs) {
    const problem = "It is not longer than all soaks and the bake together.";
    issues.push({ place: "maxDuration", problem, remedy: "Nobody could end within it: make it longer." });
  }
  return ms ?? Math.max(dayMs, 2 * soakedMs);
}
function windowsOf(written2, issues) {
  const outcomeWindowMs = lengthOf(written2, "outcomeWindow", issues) ?? 1e4;
  const closingLagMs = lengthOf(written2, "closingLag", issues) ?? outcomeWindowMs + 5e3;
  if (closingLagMs < outcomeWindowMs) {
    const problem = "It is shorter than the outcome window.";
    issues.push({ place: "closingLag", problem, remedy: "Outcomes must be able to arrive: make it longer." });
  }
  return { outcomeWindowMs, closingLagMs };
}
function minSessionsOf(written2, issues) {
  const seen = written2["minSessions"] ?? 100;
  if (typeof seen === "number" && Number.isSafeInteger(seen) && seen >= 1) return seen;
  const problem = `${showValue(seen)} is not a number of sessions.`;
  issues.push({ place: "minSessions", problem, remedy: "Use a whole number above 0: no data is never a pass." });
  return 100;
}
function strictnessOf(written2, issues) {
  const seen = written2["strictness"] ?? "default";
  if (seen === "default" || seen === "strict") return seen;
  issues.push({
    place: "strictness",
    problem: `${showValue(seen)} is not known.`,
    remedy: "Use 'default' or 'strict'."
  });
  return "default";
}
function issueOf(place, message) {
  const [problem = message, remedy2 = ""] = message.split(" | ");
  return { place, problem, remedy: remedy2 };
}

// ../schema/src/config.ts
function defineConfig(config) {
  return config;
}
function parseConfig(written2) {
  const issues = [];
  const checked = safeParse(configShape, written2);
  if (!checked.success) issues.push(...issuesOf(checked.issues));
  const raw = isRecord(written2) ? written2 : {};
  const plans = parsePlans(raw["plans"], issues);
  issues.push(...appIssues(raw, [...plans.keys()]), ...targetIssues(raw["targets"]));
  if (!checked.success || issues.length > 0) return invalid(issues);
  const { apps, plan: plan2, sampleRate, rollbackWindow, ingestion, targets } = checked.output;
  return {
    kind: "ok",
    value: {
      apps: Object.entries(apps).map(([name, app2]) => appOf(name, app2, plan2)),
      plans: new Map([...plans].flatMap(([name, one]) => one === void 0 ? [] : [[name, one]])),
      sampleRate,
      rollbackWindowMs: parseDuration(rollbackWindow) ?? 0,
      ingestion,
      targets: new Map(Object.entries(targets).map(([name, target2]) => [name, targetOf(name, target2)]))
    }
  };
}
function targetOf(name, written2) {
  const { tick, ...controller } = written2.controller;
  return { name, ...written2, controller: { ...controller, tickMs: parseDuration(tick) ?? 1e3 } };
}
function parsePlans(written2, issues) {
  const plans = /* @__PURE__ */ new Map();
  const all = { standard: standardPlan, ...isRecord(written2) ? written2 : {} };
  for (const [name, plan2] of Object.entries(all)) {
    const parsed = parsePlan(name, plan2);
    plans.set(name, parsed.kind === "ok" ? parsed.value : void 0);
    if (parsed.kind === "ok") continue;
    for (const issue of parsed.issues) {
      issues.push({ ...issue, place: issue.place === "." ? `plans.${name}` : `plans.${name}.${issue.place}` });
    }
  }
  return plans;
}
function appOf(name, written2, plan2) {
  const id = parseAppId(name);
  if (id === void 0) throw new TypeError(`"${name}" is not an app name`);
  return {
    place: placeOf(id, written2.prefix ?? id),
    kind: written2.kind,
    router: written2.router ?? (written2.kind === "shell" ? "edge" : "manifest"),
    plan: written2.plan ?? plan2,
    ...written2.mount === void 0 ? {} : { mount: written2.mount }
  };
}

// ../schema/src/json.ts
var largestDocument = 16 * 1024 * 1024;
var deepestNesting = 64;
function parseJson(text4) {
  if (text4.length > largestDocument) {
    const problem = `The document has ${String(text4.length)} characters.`;
    return invalid([{ place: ".", problem, remedy: "At most 16 MiB are read. Restore it from a backup." }]);
  }
  if (nestingOf(text4) > deepestNesting) {
    const problem = `The document nests more than ${String(deepestNesting)} deep.`;
    return invalid([{ place: ".", problem, remedy: "Sluice never writes such a document. Restore it from a backup." }]);
  }
  try {
    return { kind: "ok", value: JSON.parse(text4, withoutPrototype) };
  } catch (error) {
    const problem = `It is not JSON: ${error instanceof Error ? error.message : String(error)}.`;
    return invalid([{ place: ".", problem, remedy: "Restore it from a backup, or mend it by hand." }]);
  }
}
function withoutPrototype(key, value) {
  return key === "__proto__" ? void 0 : value;
}
function nestingOf(text4) {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let at = 0; at < text4.length && deepest <= deepestNesting; at += 1) {
    const character = text4[at];
    if (inString) {
      if (character === "\\") at += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === "[" || character === "{") deepest = Math.max(deepest, depth += 1);
    else if (character === "]" || character === "}") depth -= 1;
  }
  return deepest;
}

// ../schema/src/pointer.ts
var versionShape = custom(
  (value) => parseVersionId(value) !== void 0,
  (issue) => `${showValue(issue.input)} is not a version. | Use v1.2.3, or v and 7 to 40 hex digits.`
);
var percentShape = custom(
  isPercent,
  (issue) => `${showValue(issue.input)} is not a percentage. | Use a number from 0 to 100 with at most two decimals.`
);
var textShape = pipe(string(), maxLength(256, "It has more than 256 characters. | Shorten it."));
var blockedShape = pipe(
  array(versionShape),
  maxLength(maxBlocked, (issue) => `${String(issue.input.length)} versions are blocked. | ${keepNewest}`)
);
var keepNewest = `At most ${String(maxBlocked)} may be: remove the oldest.`;
var saltShape = pipe(
  textShape,
  check((salt) => !salt.includes(":"), 'The salt has a ":". | Leave it out: it separates salt and subject.')
);
var fieldsShape = looseObject({
  version: versionShape,
  canaryVersion: optional(nullable(versionShape), null),
  canaryPercent: optional(percentShape, 0),
  lastUpdated: optional(string(), ""),
  metadata: exactOptional(recordShape),
  schema: exactOptional(literal(pointerSchema)),
  generation: exactOptional(pipe(number(), safeInteger(), minValue(0))),
  assignment: exactOptional(textShape),
  salt: exactOptional(saltShape),
  rolloutId: exactOptional(textShape),
  blocked: exactOptional(blockedShape),
  enabledRegions: exactOptional(array(textShape)),
  allowList: exactOptional(array(textShape)),
  audience: exactOptional(textShape)
});
var pointerShape = pipe(recordShape, fieldsShape);
function parsePointerDocument(text4) {
  const json = parseJson(text4);
  if (json.kind === "invalid") return json;
  const schema = schemaOf(json.value);
  if (schema !== void 0 && schema !== pointerSchema) return { kind: "unknown-schema", schema };
  return parseShape(pointerShape, json.value);
}
function schemaOf(value) {
  return isRecord(value) && Object.hasOwn(value, "schema") ? value["schema"] : void 0;
}
var order = [
  "version",
  "canaryVersion",
  "canaryPercent",
  "lastUpdated",
  "metadata",
  "schema",
  "generation",
  "assignment",
  "salt",
  "rolloutId",
  "blocked",
  "enabledRegions",
  "allowList",
  "audience"
];
function serialisePointer(pointer) {
  return `${JSON.stringify(ordered(pointer), null, 2)}
`;
}
function ordered(pointer) {
  const rank = (name) => order.includes(name) ? order.indexOf(name) : order.length;
  return Object.fromEntries(
    Object.entries(pointer).toSorted(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0))
  );
}

// ../schema/src/history.ts
var appShape = custom(
  (value) => parseAppId(value) !== void 0,
  'It is not an app name. | Use a-z, 0-9 and "-", at most 32, a letter first.'
);
var text = pipe(string(), maxLength(4096));
var entryShape = looseObject({
  id: text,
  at: pipe(string(), isoTimestamp("It is not a time. | Use ISO 8601, like 2026-01-15T10:30:00.000Z.")),
  kind: picklist([
    "first-version",
    "started",
    "advanced",
    "full-weight",
    "held",
    "released",
    "paused",
    "resumed",
    "ended",
    "returned",
    "blocked",
    "drifted"
  ]),
  app: appShape,
  stable: versionShape,
  version: versionShape,
  actor: object({ kind: picklist(["person", "sluice", "script"]), name: text }),
  why: text,
  rolloutId: exactOptional(text),
  outcome: exactOptional(
    picklist(["promoted", "fast-promoted", "promoted-unproven", "aborted", "rolled-back", "superseded", "expired"])
  ),
  stage: exactOptional(number()),
  percent: exactOptional(number()),
  automatic: exactOptional(boolean()),
  numbers: exactOptional(record(string(), number()))
});
var historyShape = object({
  schema: literal(1),
  legacy: exactOptional(array(text)),
  entries: array(entryShape)
});
function parseHistoryDocument(source) {
  const json = parseJson(source);
  if (json.kind === "invalid") return json;
  if (Array.isArray(json.value)) {
    const list = parseShape(array(text), json.value);
    return list.kind === "ok" ? { kind: "ok", value: { schema: 1, legacy: list.value, entries: [] } } : list;
  }
  const schema = schemaOf(json.value);
  if (schema !== void 0 && schema !== 1) return { kind: "unknown-schema", schema };
  return parseShape(historyShape, json.value);
}
function serialiseHistory(history) {
  const legacy = history.legacy === void 0 ? "" : ` "legacy": ${JSON.stringify(history.legacy)},
`;
  const lines = history.entries.map((entry) => `  ${JSON.stringify(entry)}`).join(",\n");
  return `{ "schema": 1,
${legacy} "entries": [
${lines}
]}
`;
}

// ../schema/src/platform-index.ts
var indexShape = object({
  schema: literal(1),
  sampleRate: pipe(number(), minValue(0), maxValue(1)),
  apps: record(string(), pointerShape)
});
function parseIndexDocument(text4) {
  const json = parseJson(text4);
  return json.kind === "invalid" ? json : parseShape(indexShape, json.value);
}
function serialiseIndex(index) {
  const apps = Object.entries(index.apps).toSorted(([a], [b]) => a < b ? -1 : 1).map(([app2, pointer]) => [app2, ordered(pointer)]);
  return `${JSON.stringify({ schema: 1, sampleRate: index.sampleRate, apps: Object.fromEntries(apps) })}
`;
}

// ../schema/src/record.ts
var count = pipe(number(), safeInteger(), minValue(0));
var finite2 = pipe(number(), finite());
var text2 = pipe(string(), maxLength(4096));
var actor = object({ kind: picklist(["person", "sluice", "script"]), name: text2 });
var plan = object({
  name: text2,
  stages: pipe(array(object({ weightBp: count, soakMs: count })), minLength(1)),
  minSessions: count,
  maxDurationMs: count,
  baseSlotMs: union([pipe(count, minValue(1)), literal("auto")]),
  outcomeWindowMs: count,
  closingLagMs: count,
  strictness: picklist(["default", "strict"])
});
var arm = object({ sessions: count, failed: count });
var evidence = object({ lnS: array(finite2), spent: finite2, lnE: finite2, lnEMax: finite2 });
var analysis = object({
  strictness: picklist(["default", "strict"]),
  horizon: count,
  totals: object({ canary: arm, baseline: arm }),
  rollback: evidence,
  hold: evidence,
  held: boolean(),
  failed: boolean()
});
var rollout = object({
  id: text2,
  app: text2,
  stable: text2,
  canary: text2,
  salt: text2,
  plan,
  startedAtMs: finite2,
  startedBy: actor,
  reason: text2,
  baseSlotMs: nullable(pipe(count, minValue(1))),
  stage: object({
    index: count,
    enteredAtMs: finite2,
    revision: count,
    creditedMs: finite2,
    canarySessions: count,
    baselineSessions: count
  }),
  lastSlot: count,
  analysis,
  heldSinceMs: nullable(finite2),
  holdWaived: boolean(),
  paused: nullable(object({ sinceMs: finite2, actor, why: text2 })),
  driftedSinceMs: nullable(finite2),
  promotedBy: nullable(actor),
  end: nullable(object({ outcome: text2, atMs: finite2, actor, why: text2 }))
});
var recordShape2 = object({
  schema: literal(1),
  app: text2,
  serial: count,
  rollout: nullable(rollout),
  write: nullable(object({ before: nullable(text2), hash: text2, text: string() })),
  highestGeneration: count,
  outbox: array(looseObject({ id: text2, at: text2, kind: text2 }))
});
function parseRecordDocument(source) {
  const json = parseJson(source);
  if (json.kind === "invalid") return json;
  const schema = schemaOf(json.value);
  if (schema !== void 0 && schema !== 1) return { kind: "unknown-schema", schema };
  const checked = parseShape(recordShape2, json.value);
  return checked.kind === "ok" ? { kind: "ok", value: json.value } : checked;
}
function serialiseRecord(record2) {
  return `${JSON.stringify(record2, null, 1)}
`;
}

// ../schema/src/version-manifest.ts
var text3 = pipe(string(), maxLength(1024));
var size = pipe(number(), safeInteger(), minValue(0));
var path = pipe(
  text3,
  check((written2) => isInside(written2), 'The path leaves the version. | Use a relative path without "..".')
);
var fileShape = object({
  path,
  size,
  sha256: pipe(string(), regex(/^[0-9a-f]{64}$/, "It is not a SHA-256. | Write 64 hex digits in lower case.")),
  encodings: exactOptional(array(picklist(["br", "gzip"])))
});
var manifestShape = object({
  schema: literal(1),
  app: custom(
    (value) => parseAppId(value) !== void 0,
    'It is not an app name. | Use a-z, 0-9 and "-", at most 32, a letter first.'
  ),
  version: versionShape,
  kind: picklist(["shell", "remote"]),
  entry: path,
  files: array(fileShape),
  exposes: array(text3),
  shared: array(
    object({
      name: text3,
      version: exactOptional(text3),
      requiredVersion: exactOptional(text3),
      singleton: exactOptional(boolean()),
      strictVersion: exactOptional(boolean())
    })
  ),
  commit: exactOptional(text3),
  builder: exactOptional(text3),
  publishedAt: text3
});
function isInside(written2) {
  return written2 !== "" && !written2.includes("\\") && !written2.includes("\0") && written2.split("/").every((segment) => segment !== "" && segment !== "." && segment !== "..");
}
function parseVersionManifest(source) {
  const json = parseJson(source);
  if (json.kind === "invalid") return json;
  const schema = schemaOf(json.value);
  if (schema !== void 0 && schema !== 1) return { kind: "unknown-schema", schema };
  return parseShape(manifestShape, json.value);
}

export {
  parseBeacon,
  array,
  boolean,
  looseObject,
  nullable,
  optional,
  string,
  safeParse,
  parseShape,
  parseDuration,
  standardPlan,
  parsePlan,
  defineConfig,
  parseConfig,
  parsePointerDocument,
  serialisePointer,
  parseHistoryDocument,
  serialiseHistory,
  parseIndexDocument,
  serialiseIndex,
  parseRecordDocument,
  serialiseRecord,
  parseVersionManifest
};
