// What Chrome 109 and Firefox 115 do not know. Baseline 2022 is what every browser had by the end of that year, so all
// of it is inside both; what they know beyond it is named here with its versions.
import compat from "eslint-plugin-compat";
import esx from "eslint-plugin-es-x";
import baseline from "stylelint-plugin-use-baseline";

// These share their names with methods of arrays, charts and pictures, so they are judged only where the type is plain.
const byType = ["error", { aggressive: false }];
const sharedNames = ["drop", "every", "filter", "find", "flatmap", "foreach", "map", "reduce", "some", "take", "toarray"];

const editions = ["es2023", "es2024", "esnext"].flatMap((edition) => [`no-new-in-${edition}`, `no-new-in-${edition}-intl-api`]);

const newer = {
  ...Object.fromEntries(editions.flatMap((name) => Object.keys(esx.configs[name].rules)).map((rule) => [rule, "error"])),
  ...Object.fromEntries(sharedNames.map((name) => [`es-x/no-iterator-prototype-${name}`, byType])),
  "es-x/no-resizable-and-growable-arraybuffers": byType,
  "es-x/no-array-prototype-findlast-findlastindex": "off", // Chrome 97, Firefox 104
  "es-x/no-hashbang": "off", // Chrome 74, Firefox 67
};

// Methods of the page's own objects, which no rule above knows by name.
const newerMethods = [
  ["showPopover", "Chrome 114"],
  ["hidePopover", "Chrome 114"],
  ["togglePopover", "Chrome 114"],
  ["startViewTransition", "Chrome 111"],
  ["moveBefore", "Chrome 133"],
  ["setHTMLUnsafe", "Chrome 124"],
  ["requestClose", "Chrome 134"],
  ["getHTML", "Chrome 125"],
];

const newerStatic = [
  ["URL", "canParse", "Chrome 120"],
  ["URL", "parse", "Chrome 126"],
  ["AbortSignal", "any", "Chrome 116"],
  ["CSS", "highlights", "Firefox 140"],
];

// Objects no rule above knows; some of them one of the two browsers will never have.
const newerGlobals = [
  "CloseWatcher",
  "cookieStore",
  "documentPictureInPicture",
  "EyeDropper",
  "Float16Array",
  "Highlight",
  "navigation",
  "Sanitizer",
  "scheduler",
  "showOpenFilePicker",
  "showSaveFilePicker",
  "Temporal",
  "Translator",
  "URLPattern",
];

export const scripts = ({ isOurs, isModule }) => ({
  files: ["**/*.js", "**/*.mjs"],
  languageOptions: { ecmaVersion: 2022, sourceType: isModule ? "module" : "script" },
  linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: "off" },
  plugins: { compat, "es-x": esx },
  // Methods are judged by their name alone: the lint does not know what an expression is.
  settings: { targets: ["chrome 109", "firefox 115"], "es-x": { aggressive: true } },
  rules: {
    "compat/compat": "error",
    ...newer,
    "no-restricted-properties": [
      "error",
      ...newerMethods.map(([property, version]) => ({ property, message: `It came with ${version}.` })),
      ...newerStatic.map(([object, property, version]) => ({ object, property, message: `It came with ${version}.` })),
    ],
    "no-restricted-globals": ["error", ...newerGlobals],
    ...(isOurs && { "no-unused-vars": "error", "no-var": "error", "prefer-const": "error", eqeqeq: "error" }),
  },
});

const any = ["/^.+$/"];

export const styles = {
  plugins: [baseline],
  rules: {
    "plugin/use-baseline": [
      true,
      {
        available: 2022,
        ignoreSelectors: ["selection"], // always there; Baseline waits for something else
        ignoreAtRules: ["page", "container"], // always there; Chrome 105, Firefox 110
        ignoreFunctions: ["rect"], // of the old clip
        ignoreProperties: {
          "/^container/": any, // with @container
          "/^font/": ["/^(ui-|system-ui)/"], // one name of several
          outline: any, // Chrome 94, Firefox 88
          "user-select": any, // Chrome 54, Firefox 69
          "accent-color": any, // Chrome 93, Firefox 92
          "backdrop-filter": any, // Chrome 76, Firefox 103
          "overflow-anchor": any, // Chrome 56, Firefox 66
          clip: any, // always there, old
          resize: any, // always there
          "word-break": ["break-word"], // always there, old
          // Chrome 109 does not know these; without them nothing breaks.
          "print-color-adjust": any, // goes with its prefix, which it does know
          "color-adjust": any, // the old name of the same
          "scrollbar-width": any, // goes with ::-webkit-scrollbar
          "scrollbar-color": any, // an ordinary scrollbar is drawn
        },
      },
    ],
    // Native nesting: Chrome 120, Firefox 117. Rules inside @media and the like are no nesting.
    "max-nesting-depth": [0, { ignoreAtRules: ["media", "supports", "layer", "container", "font-face", "keyframes"] }],
    "function-disallowed-list": [
      ["color-mix", "light-dark", "oklch", "oklab", "lch", "lab", "anchor", "linear", "round", "mod", "rem", "sin", "cos", "if"],
    ],
    "declaration-property-value-disallowed-list": { "/^grid-template/": ["/subgrid/"], "/.*/": ["/\\bfrom\\s+(#|var\\(|[a-z]+\\s)/"] },
    "selector-disallowed-list": [["/:nth-(last-)?child\\([^)]*\\sof\\s/"]], // Chrome 111
    "at-rule-disallowed-list": [["scope", "starting-style", "property", "view-transition", "position-try", "custom-media"]],
  },
};
