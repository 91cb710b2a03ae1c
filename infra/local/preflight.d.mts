export declare const wrongNode: (version: string) => string | undefined
