import { expose } from "comlink";
import { LanguageService } from "./language-service.ts";
import { libraryFiles } from "./library-files.ts";

/*
 * The thread of the language: TypeScript takes megabytes, and a while to check a program.
 */

expose(new LanguageService(libraryFiles));
