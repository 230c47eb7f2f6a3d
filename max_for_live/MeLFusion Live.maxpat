{
 "patcher": {
  "fileversion": 1,
  "appversion": {
   "major": 8,
   "minor": 6,
   "revision": 2,
   "architecture": "x64",
   "modernui": 1
  },
  "classnamespace": "box",
  "rect": [
   100.0,
   100.0,
   1200.0,
   800.0
  ],
  "openrect": [
   0.0,
   0.0,
   640.0,
   169.0
  ],
  "openinpresentation": 1,
  "devicewidth": 640.0,
  "default_fontsize": 10.0,
  "default_fontname": "Arial Bold",
  "gridsize": [
   15.0,
   15.0
  ],
  "boxanimatetime": 200,
  "dependency_cache": [],
  "latency": 0,
  "is_mpe": 0,
  "external_mpe_tuning_enabled": 0,
  "minimum_live_version": "",
  "minimum_max_version": "",
  "platform_compatibility": 0,
  "project": {
   "version": 1,
   "creationdate": 3590052493,
   "modificationdate": 3590052493,
   "viewrect": [
    0.0,
    0.0,
    300.0,
    500.0
   ],
   "autoorganize": 1,
   "hideprojectwindow": 1,
   "showdependencies": 1,
   "autolocalize": 0,
   "contents": {
    "patchers": {}
   },
   "layout": {},
   "searchpath": {},
   "detailsvisible": 0,
   "amxdtype": 1633771873,
   "readonly": 0,
   "devpathtype": 0,
   "devpath": ".",
   "sortmode": 0,
   "viewmode": 0,
   "includepackages": 0
  },
  "autosave": 0,
  "boxes": [
   {
    "box": {
     "id": "obj-1",
     "maxclass": "live.drop",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      20.0,
      130.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "presentation": 1,
     "presentation_rect": [
      6.0,
      6.0,
      118.0,
      118.0
     ],
     "varname": "picture",
     "parameter_enable": 1,
     "annotation": "The scene's picture: drop a JPEG, PNG or WebP here.",
     "annotation_name": "Scene picture",
     "decodemode": 0,
     "legend": "Drop a picture",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Scene picture",
       "parameter_shortname": "Scene picture",
       "parameter_type": 4,
       "parameter_invisible": 1
      }
     }
    }
   },
   {
    "box": {
     "id": "obj-2",
     "maxclass": "textedit",
     "numinlets": 1,
     "numoutlets": 4,
     "patching_rect": [
      20.0,
      50.0,
      130.0,
      22.0
     ],
     "outlettype": [
      "",
      "int",
      "",
      ""
     ],
     "presentation": 1,
     "presentation_rect": [
      132.0,
      22.0,
      316.0,
      44.0
     ],
     "varname": "words",
     "parameter_enable": 1,
     "annotation": "What it should sound like, in words of your own.",
     "annotation_name": "Words",
     "keymode": 1,
     "outputmode": 1,
     "nosymquotes": 1,
     "saved_attribute_attributes": {
      "textcolor": {
       "expression": "themecolor.live_lcd_control_fg"
      },
      "bgcolor": {
       "expression": "themecolor.live_lcd_bg"
      },
      "valueof": {
       "parameter_longname": "Words",
       "parameter_shortname": "Words",
       "parameter_type": 3,
       "parameter_invisible": 1
      }
     }
    }
   },
   {
    "box": {
     "id": "obj-3",
     "maxclass": "live.menu",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      80.0,
      130.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "float"
     ],
     "presentation": 1,
     "presentation_rect": [
      132.0,
      86.0,
      60.0,
      16.0
     ],
     "varname": "part",
     "parameter_enable": 1,
     "annotation": "What Render makes: the whole mix, or one part of it.",
     "annotation_name": "Part",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Part",
       "parameter_shortname": "Part",
       "parameter_type": 2,
       "parameter_invisible": 0,
       "parameter_enum": [
        "Mix",
        "Drums",
        "Bass",
        "Chords",
        "Lead"
       ],
       "parameter_mmax": 4,
       "parameter_initial": [
        0
       ],
       "parameter_initial_enable": 1
      }
     }
    }
   },
   {
    "box": {
     "id": "obj-4",
     "maxclass": "live.menu",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      110.0,
      130.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "float"
     ],
     "presentation": 1,
     "presentation_rect": [
      198.0,
      86.0,
      58.0,
      16.0
     ],
     "varname": "bars",
     "parameter_enable": 1,
     "annotation": "How long the loop is.",
     "annotation_name": "Bars",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Bars",
       "parameter_shortname": "Bars",
       "parameter_type": 2,
       "parameter_invisible": 0,
       "parameter_enum": [
        "1 bar",
        "2 bars",
        "4 bars",
        "8 bars",
        "16 bars"
       ],
       "parameter_mmax": 4,
       "parameter_initial": [
        2
       ],
       "parameter_initial_enable": 1
      }
     }
    }
   },
   {
    "box": {
     "id": "obj-5",
     "maxclass": "live.menu",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      140.0,
      130.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "float"
     ],
     "presentation": 1,
     "presentation_rect": [
      262.0,
      86.0,
      76.0,
      16.0
     ],
     "varname": "root",
     "parameter_enable": 1,
     "annotation": "The key: Live's own scale, any that suits the scene, or one that you choose.",
     "annotation_name": "Key",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Key",
       "parameter_shortname": "Key",
       "parameter_type": 2,
       "parameter_invisible": 0,
       "parameter_enum": [
        "Live's key",
        "Any key",
        "C",
        "C#",
        "D",
        "Eb",
        "E",
        "F",
        "F#",
        "G",
        "Ab",
        "A",
        "Bb",
        "B"
       ],
       "parameter_mmax": 13,
       "parameter_initial": [
        0
       ],
       "parameter_initial_enable": 1
      }
     }
    }
   },
   {
    "box": {
     "id": "obj-6",
     "maxclass": "live.menu",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      170.0,
      130.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "float"
     ],
     "presentation": 1,
     "presentation_rect": [
      344.0,
      86.0,
      104.0,
      16.0
     ],
     "varname": "mode",
     "parameter_enable": 1,
     "annotation": "The scale of the key that you chose; Live's key brings its own.",
     "annotation_name": "Scale",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Scale",
       "parameter_shortname": "Scale",
       "parameter_type": 2,
       "parameter_invisible": 0,
       "parameter_enum": [
        "major",
        "minor",
        "dorian",
        "phrygian",
        "lydian",
        "mixolydian",
        "locrian",
        "harmonic minor"
       ],
       "parameter_mmax": 7,
       "parameter_initial": [
        1
       ],
       "parameter_initial_enable": 1
      }
     }
    }
   },
   {
    "box": {
     "id": "obj-7",
     "maxclass": "live.dial",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      200.0,
      130.0,
      22.0
     ],
     "outlettype": [
      "",
      "float"
     ],
     "presentation": 1,
     "presentation_rect": [
      458.0,
      22.0,
      50.0,
      36.0
     ],
     "varname": "strength",
     "parameter_enable": 1,
     "annotation": "How much the picture counts beside the words, in per cent.",
     "annotation_name": "Picture strength",
     "showname": 0,
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Picture strength",
       "parameter_shortname": "Picture strength",
       "parameter_type": 0,
       "parameter_invisible": 0,
       "parameter_mmin": 0.0,
       "parameter_mmax": 100.0,
       "parameter_unitstyle": 5,
       "parameter_initial": [
        100.0
       ],
       "parameter_initial_enable": 1
      }
     }
    }
   },
   {
    "box": {
     "id": "obj-8",
     "maxclass": "live.menu",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      230.0,
      130.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "float"
     ],
     "presentation": 1,
     "presentation_rect": [
      132.0,
      124.0,
      96.0,
      16.0
     ],
     "varname": "target",
     "parameter_enable": 1,
     "annotation": "Where a finished loop is placed.",
     "annotation_name": "Place in",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Place in",
       "parameter_shortname": "Place in",
       "parameter_type": 2,
       "parameter_invisible": 0,
       "parameter_enum": [
        "Selected slot",
        "Next free slot",
        "Arrangement"
       ],
       "parameter_mmax": 2,
       "parameter_initial": [
        1
       ],
       "parameter_initial_enable": 1
      }
     }
    }
   },
   {
    "box": {
     "id": "obj-9",
     "maxclass": "live.menu",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      260.0,
      130.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "float"
     ],
     "presentation": 1,
     "presentation_rect": [
      234.0,
      124.0,
      62.0,
      16.0
     ],
     "varname": "auto",
     "parameter_enable": 1,
     "annotation": "Renders and places another variation every so many bars while Live plays.",
     "annotation_name": "Auto",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Auto",
       "parameter_shortname": "Auto",
       "parameter_type": 2,
       "parameter_invisible": 0,
       "parameter_enum": [
        "Off",
        "2 bars",
        "4 bars",
        "8 bars",
        "16 bars",
        "32 bars"
       ],
       "parameter_mmax": 5,
       "parameter_initial": [
        0
       ],
       "parameter_initial_enable": 1
      }
     }
    }
   },
   {
    "box": {
     "id": "obj-10",
     "maxclass": "live.numbox",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      290.0,
      130.0,
      22.0
     ],
     "outlettype": [
      "",
      "float"
     ],
     "presentation": 1,
     "presentation_rect": [
      458.0,
      124.0,
      50.0,
      16.0
     ],
     "varname": "port",
     "parameter_enable": 1,
     "annotation": "The port that the MeLFusion Live server listens on.",
     "annotation_name": "Server port",
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Server port",
       "parameter_shortname": "Server port",
       "parameter_type": 0,
       "parameter_invisible": 1,
       "parameter_mmin": 1024.0,
       "parameter_mmax": 65535.0,
       "parameter_unitstyle": 0,
       "parameter_initial": [
        9331.0
       ],
       "parameter_initial_enable": 1
      }
     }
    }
   },
   {
    "box": {
     "id": "obj-11",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      320.0,
      130.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      ""
     ],
     "text": "pattr model",
     "varname": "model",
     "saved_object_attributes": {
      "parameter_enable": 1,
      "parameter_mappable": 0
     },
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Model",
       "parameter_shortname": "Model",
       "parameter_type": 3,
       "parameter_invisible": 1
      }
     }
    }
   },
   {
    "box": {
     "id": "obj-12",
     "maxclass": "umenu",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      20.0,
      350.0,
      130.0,
      22.0
     ],
     "outlettype": [
      "int",
      "",
      ""
     ],
     "presentation": 1,
     "presentation_rect": [
      302.0,
      124.0,
      146.0,
      16.0
     ],
     "varname": "models",
     "annotation": "Which model renders, of those that are on the server's machine.",
     "annotation_name": "Model",
     "parameter_enable": 0,
     "allowdrag": 0,
     "applycolors": 1,
     "bgfillcolor_type": "color",
     "saved_attribute_attributes": {
      "textcolor": {
       "expression": "themecolor.live_lcd_control_fg"
      },
      "bgfillcolor": {
       "expression": "themecolor.live_lcd_bg"
      }
     }
    }
   },
   {
    "box": {
     "id": "obj-13",
     "maxclass": "live.text",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      380.0,
      130.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "presentation": 1,
     "presentation_rect": [
      6.0,
      146.0,
      118.0,
      16.0
     ],
     "varname": "clear",
     "parameter_enable": 1,
     "annotation": "Takes the picture away.",
     "annotation_name": "No picture",
     "text": "No picture",
     "texton": "No picture",
     "mode": 0,
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "No picture",
       "parameter_shortname": "No picture",
       "parameter_type": 2,
       "parameter_invisible": 2,
       "parameter_enum": [
        "off",
        "on"
       ],
       "parameter_mmax": 1
      }
     }
    }
   },
   {
    "box": {
     "id": "obj-14",
     "maxclass": "live.text",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      410.0,
      130.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "presentation": 1,
     "presentation_rect": [
      516.0,
      6.0,
      118.0,
      46.0
     ],
     "varname": "render",
     "parameter_enable": 1,
     "annotation": "Renders a loop in Live's tempo and key, and places it.",
     "annotation_name": "Render",
     "text": "Render",
     "texton": "Render",
     "mode": 0,
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Render",
       "parameter_shortname": "Render",
       "parameter_type": 2,
       "parameter_invisible": 2,
       "parameter_enum": [
        "off",
        "on"
       ],
       "parameter_mmax": 1
      }
     }
    }
   },
   {
    "box": {
     "id": "obj-15",
     "maxclass": "live.text",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      440.0,
      130.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "presentation": 1,
     "presentation_rect": [
      516.0,
      58.0,
      118.0,
      38.0
     ],
     "varname": "row",
     "parameter_enable": 1,
     "annotation": "Renders drums, bass, chords and lead of one scene into tracks named after them, or into this track and those to its right.",
     "annotation_name": "Render row",
     "text": "Render row",
     "texton": "Render row",
     "mode": 0,
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Render row",
       "parameter_shortname": "Render row",
       "parameter_type": 2,
       "parameter_invisible": 2,
       "parameter_enum": [
        "off",
        "on"
       ],
       "parameter_mmax": 1
      }
     }
    }
   },
   {
    "box": {
     "id": "obj-16",
     "maxclass": "live.text",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      20.0,
      470.0,
      130.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "presentation": 1,
     "presentation_rect": [
      516.0,
      102.0,
      118.0,
      38.0
     ],
     "varname": "cancel",
     "parameter_enable": 1,
     "annotation": "Ends what is being rendered, and Auto.",
     "annotation_name": "Cancel",
     "text": "Cancel",
     "texton": "Cancel",
     "mode": 0,
     "saved_attribute_attributes": {
      "valueof": {
       "parameter_longname": "Cancel",
       "parameter_shortname": "Cancel",
       "parameter_type": 2,
       "parameter_invisible": 2,
       "parameter_enum": [
        "off",
        "on"
       ],
       "parameter_mmax": 1
      }
     }
    }
   },
   {
    "box": {
     "id": "obj-17",
     "maxclass": "textedit",
     "numinlets": 1,
     "numoutlets": 4,
     "patching_rect": [
      770.0,
      20.0,
      130.0,
      22.0
     ],
     "outlettype": [
      "",
      "int",
      "",
      ""
     ],
     "presentation": 1,
     "presentation_rect": [
      6.0,
      126.0,
      118.0,
      18.0
     ],
     "varname": "picture_name",
     "text": "",
     "readonly": 1,
     "ignoreclick": 1,
     "nosymquotes": 1,
     "border": 0.0,
     "bgcolor": [
      0.0,
      0.0,
      0.0,
      0.0
     ],
     "saved_attribute_attributes": {
      "textcolor": {
       "expression": "themecolor.live_control_fg"
      }
     }
    }
   },
   {
    "box": {
     "id": "obj-18",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      770.0,
      50.0,
      130.0,
      22.0
     ],
     "presentation": 1,
     "presentation_rect": [
      178.0,
      4.0,
      14.0,
      18.0
     ],
     "varname": "light",
     "text": "●",
     "textcolor": [
      0.5,
      0.5,
      0.5,
      1.0
     ]
    }
   },
   {
    "box": {
     "id": "obj-19",
     "maxclass": "textedit",
     "numinlets": 1,
     "numoutlets": 4,
     "patching_rect": [
      770.0,
      80.0,
      130.0,
      22.0
     ],
     "outlettype": [
      "",
      "int",
      "",
      ""
     ],
     "presentation": 1,
     "presentation_rect": [
      192.0,
      4.0,
      256.0,
      18.0
     ],
     "varname": "server",
     "text": "no server: start melfusion-live",
     "readonly": 1,
     "ignoreclick": 1,
     "nosymquotes": 1,
     "border": 0.0,
     "bgcolor": [
      0.0,
      0.0,
      0.0,
      0.0
     ],
     "saved_attribute_attributes": {
      "textcolor": {
       "expression": "themecolor.live_control_fg"
      }
     }
    }
   },
   {
    "box": {
     "id": "obj-20",
     "maxclass": "textedit",
     "numinlets": 1,
     "numoutlets": 4,
     "patching_rect": [
      770.0,
      110.0,
      130.0,
      22.0
     ],
     "outlettype": [
      "",
      "int",
      "",
      ""
     ],
     "presentation": 1,
     "presentation_rect": [
      132.0,
      141.0,
      376.0,
      28.0
     ],
     "varname": "progress",
     "text": "",
     "readonly": 1,
     "ignoreclick": 1,
     "nosymquotes": 1,
     "border": 0.0,
     "bgcolor": [
      0.0,
      0.0,
      0.0,
      0.0
     ],
     "saved_attribute_attributes": {
      "textcolor": {
       "expression": "themecolor.live_control_fg"
      }
     }
    }
   },
   {
    "box": {
     "id": "obj-21",
     "maxclass": "textedit",
     "numinlets": 1,
     "numoutlets": 4,
     "patching_rect": [
      770.0,
      140.0,
      130.0,
      22.0
     ],
     "outlettype": [
      "",
      "int",
      "",
      ""
     ],
     "presentation": 1,
     "presentation_rect": [
      516.0,
      146.0,
      118.0,
      18.0
     ],
     "varname": "stamp",
     "text": "",
     "readonly": 1,
     "ignoreclick": 1,
     "nosymquotes": 1,
     "border": 0.0,
     "bgcolor": [
      0.0,
      0.0,
      0.0,
      0.0
     ],
     "saved_attribute_attributes": {
      "textcolor": {
       "expression": "themecolor.live_control_fg"
      }
     }
    }
   },
   {
    "box": {
     "id": "obj-22",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      770.0,
      170.0,
      130.0,
      22.0
     ],
     "presentation": 1,
     "presentation_rect": [
      132.0,
      4.0,
      44.0,
      18.0
     ],
     "varname": "words_title",
     "text": "Words",
     "saved_attribute_attributes": {
      "textcolor": {
       "expression": "themecolor.live_control_fg"
      }
     }
    }
   },
   {
    "box": {
     "id": "obj-23",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      770.0,
      200.0,
      130.0,
      22.0
     ],
     "presentation": 1,
     "presentation_rect": [
      132.0,
      68.0,
      60.0,
      18.0
     ],
     "varname": "part_title",
     "text": "Part",
     "saved_attribute_attributes": {
      "textcolor": {
       "expression": "themecolor.live_control_fg"
      }
     }
    }
   },
   {
    "box": {
     "id": "obj-24",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      770.0,
      230.0,
      130.0,
      22.0
     ],
     "presentation": 1,
     "presentation_rect": [
      198.0,
      68.0,
      58.0,
      18.0
     ],
     "varname": "bars_title",
     "text": "Length",
     "saved_attribute_attributes": {
      "textcolor": {
       "expression": "themecolor.live_control_fg"
      }
     }
    }
   },
   {
    "box": {
     "id": "obj-25",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      770.0,
      260.0,
      130.0,
      22.0
     ],
     "presentation": 1,
     "presentation_rect": [
      262.0,
      68.0,
      76.0,
      18.0
     ],
     "varname": "root_title",
     "text": "Key",
     "saved_attribute_attributes": {
      "textcolor": {
       "expression": "themecolor.live_control_fg"
      }
     }
    }
   },
   {
    "box": {
     "id": "obj-26",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      770.0,
      290.0,
      130.0,
      22.0
     ],
     "presentation": 1,
     "presentation_rect": [
      344.0,
      68.0,
      104.0,
      18.0
     ],
     "varname": "mode_title",
     "text": "Scale",
     "saved_attribute_attributes": {
      "textcolor": {
       "expression": "themecolor.live_control_fg"
      }
     }
    }
   },
   {
    "box": {
     "id": "obj-27",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      770.0,
      320.0,
      130.0,
      22.0
     ],
     "presentation": 1,
     "presentation_rect": [
      458.0,
      4.0,
      50.0,
      18.0
     ],
     "varname": "strength_title",
     "text": "Picture",
     "saved_attribute_attributes": {
      "textcolor": {
       "expression": "themecolor.live_control_fg"
      }
     }
    }
   },
   {
    "box": {
     "id": "obj-28",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      770.0,
      350.0,
      130.0,
      22.0
     ],
     "presentation": 1,
     "presentation_rect": [
      132.0,
      106.0,
      96.0,
      18.0
     ],
     "varname": "target_title",
     "text": "Place in",
     "saved_attribute_attributes": {
      "textcolor": {
       "expression": "themecolor.live_control_fg"
      }
     }
    }
   },
   {
    "box": {
     "id": "obj-29",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      770.0,
      380.0,
      130.0,
      22.0
     ],
     "presentation": 1,
     "presentation_rect": [
      234.0,
      106.0,
      62.0,
      18.0
     ],
     "varname": "auto_title",
     "text": "Auto",
     "saved_attribute_attributes": {
      "textcolor": {
       "expression": "themecolor.live_control_fg"
      }
     }
    }
   },
   {
    "box": {
     "id": "obj-30",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      770.0,
      410.0,
      130.0,
      22.0
     ],
     "presentation": 1,
     "presentation_rect": [
      302.0,
      106.0,
      146.0,
      18.0
     ],
     "varname": "models_title",
     "text": "Model",
     "saved_attribute_attributes": {
      "textcolor": {
       "expression": "themecolor.live_control_fg"
      }
     }
    }
   },
   {
    "box": {
     "id": "obj-31",
     "maxclass": "comment",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      770.0,
      440.0,
      130.0,
      22.0
     ],
     "presentation": 1,
     "presentation_rect": [
      458.0,
      106.0,
      50.0,
      18.0
     ],
     "varname": "port_title",
     "text": "Port",
     "saved_attribute_attributes": {
      "textcolor": {
       "expression": "themecolor.live_control_fg"
      }
     }
    }
   },
   {
    "box": {
     "id": "obj-32",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      620.0,
      20.0,
      130.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      ""
     ],
     "text": "js melfusion_live.js",
     "saved_object_attributes": {
      "filename": "melfusion_live.js",
      "parameter_enable": 0
     }
    }
   },
   {
    "box": {
     "id": "obj-33",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      470.0,
      20.0,
      130.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend picture"
    }
   },
   {
    "box": {
     "id": "obj-34",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      470.0,
      50.0,
      130.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend words"
    }
   },
   {
    "box": {
     "id": "obj-35",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      170.0,
      20.0,
      130.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route text"
    }
   },
   {
    "box": {
     "id": "obj-36",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      320.0,
      20.0,
      130.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route bang"
    }
   },
   {
    "box": {
     "id": "obj-37",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      470.0,
      80.0,
      130.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "words"
    }
   },
   {
    "box": {
     "id": "obj-38",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      470.0,
      110.0,
      130.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend part"
    }
   },
   {
    "box": {
     "id": "obj-39",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      470.0,
      140.0,
      130.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend bars"
    }
   },
   {
    "box": {
     "id": "obj-40",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      470.0,
      170.0,
      130.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend root"
    }
   },
   {
    "box": {
     "id": "obj-41",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      470.0,
      200.0,
      130.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend mode"
    }
   },
   {
    "box": {
     "id": "obj-42",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      470.0,
      230.0,
      130.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend strength"
    }
   },
   {
    "box": {
     "id": "obj-43",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      470.0,
      260.0,
      130.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend target"
    }
   },
   {
    "box": {
     "id": "obj-44",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      470.0,
      290.0,
      130.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend auto"
    }
   },
   {
    "box": {
     "id": "obj-45",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      470.0,
      320.0,
      130.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend port"
    }
   },
   {
    "box": {
     "id": "obj-46",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      470.0,
      350.0,
      130.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend model"
    }
   },
   {
    "box": {
     "id": "obj-47",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      170.0,
      50.0,
      130.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route text"
    }
   },
   {
    "box": {
     "id": "obj-48",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      320.0,
      50.0,
      130.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route bang"
    }
   },
   {
    "box": {
     "id": "obj-49",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      470.0,
      380.0,
      130.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "model"
    }
   },
   {
    "box": {
     "id": "obj-50",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      470.0,
      410.0,
      130.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "prepend models"
    }
   },
   {
    "box": {
     "id": "obj-51",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      170.0,
      80.0,
      130.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route 0"
    }
   },
   {
    "box": {
     "id": "obj-52",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      470.0,
      440.0,
      130.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "clear 1"
    }
   },
   {
    "box": {
     "id": "obj-53",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      170.0,
      110.0,
      130.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route 0"
    }
   },
   {
    "box": {
     "id": "obj-54",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      470.0,
      470.0,
      130.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "render 1"
    }
   },
   {
    "box": {
     "id": "obj-55",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      320.0,
      80.0,
      130.0,
      22.0
     ],
     "outlettype": [
      "bang",
      "bang"
     ],
     "text": "t b b"
    }
   },
   {
    "box": {
     "id": "obj-56",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      170.0,
      140.0,
      130.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route 0"
    }
   },
   {
    "box": {
     "id": "obj-57",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      470.0,
      500.0,
      130.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "row 1"
    }
   },
   {
    "box": {
     "id": "obj-58",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      320.0,
      110.0,
      130.0,
      22.0
     ],
     "outlettype": [
      "bang",
      "bang"
     ],
     "text": "t b b"
    }
   },
   {
    "box": {
     "id": "obj-59",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      170.0,
      170.0,
      130.0,
      22.0
     ],
     "outlettype": [
      "",
      ""
     ],
     "text": "route 0"
    }
   },
   {
    "box": {
     "id": "obj-60",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      470.0,
      530.0,
      130.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "cancel 1"
    }
   },
   {
    "box": {
     "id": "obj-61",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      320.0,
      140.0,
      130.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "clear"
    }
   },
   {
    "box": {
     "id": "obj-62",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 3,
     "patching_rect": [
      170.0,
      200.0,
      130.0,
      22.0
     ],
     "outlettype": [
      "bang",
      "int",
      "int"
     ],
     "text": "live.thisdevice"
    }
   },
   {
    "box": {
     "id": "obj-63",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 2,
     "patching_rect": [
      320.0,
      170.0,
      130.0,
      22.0
     ],
     "outlettype": [
      "bang",
      "bang"
     ],
     "text": "t b b"
    }
   },
   {
    "box": {
     "id": "obj-64",
     "maxclass": "message",
     "numinlets": 2,
     "numoutlets": 1,
     "patching_rect": [
      470.0,
      560.0,
      130.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "begin"
    }
   },
   {
    "box": {
     "id": "obj-65",
     "maxclass": "newobj",
     "numinlets": 10,
     "numoutlets": 10,
     "patching_rect": [
      620.0,
      50.0,
      130.0,
      22.0
     ],
     "outlettype": [
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      "",
      ""
     ],
     "text": "route picture_name light server progress stamp models words auto model"
    }
   },
   {
    "box": {
     "id": "obj-66",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 0,
     "patching_rect": [
      620.0,
      80.0,
      130.0,
      22.0
     ],
     "text": "udpsend 127.0.0.1 9331"
    }
   },
   {
    "box": {
     "id": "obj-67",
     "maxclass": "newobj",
     "numinlets": 1,
     "numoutlets": 1,
     "patching_rect": [
      620.0,
      110.0,
      130.0,
      22.0
     ],
     "outlettype": [
      ""
     ],
     "text": "udpreceive 9332"
    }
   },
   {
    "box": {
     "id": "obj-68",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      620.0,
      140.0,
      130.0,
      22.0
     ],
     "outlettype": [
      "signal",
      "signal"
     ],
     "text": "plugin~"
    }
   },
   {
    "box": {
     "id": "obj-69",
     "maxclass": "newobj",
     "numinlets": 2,
     "numoutlets": 2,
     "patching_rect": [
      620.0,
      170.0,
      130.0,
      22.0
     ],
     "outlettype": [
      "signal",
      "signal"
     ],
     "text": "plugout~"
    }
   }
  ],
  "lines": [
   {
    "patchline": {
     "source": [
      "obj-33",
      0
     ],
     "destination": [
      "obj-32",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-1",
      0
     ],
     "destination": [
      "obj-33",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-34",
      0
     ],
     "destination": [
      "obj-32",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-2",
      0
     ],
     "destination": [
      "obj-35",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-35",
      0
     ],
     "destination": [
      "obj-36",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-36",
      1
     ],
     "destination": [
      "obj-34",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-36",
      0
     ],
     "destination": [
      "obj-37",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-37",
      0
     ],
     "destination": [
      "obj-32",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-38",
      0
     ],
     "destination": [
      "obj-32",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-3",
      0
     ],
     "destination": [
      "obj-38",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-39",
      0
     ],
     "destination": [
      "obj-32",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-4",
      0
     ],
     "destination": [
      "obj-39",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-40",
      0
     ],
     "destination": [
      "obj-32",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-5",
      0
     ],
     "destination": [
      "obj-40",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-41",
      0
     ],
     "destination": [
      "obj-32",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-6",
      0
     ],
     "destination": [
      "obj-41",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-42",
      0
     ],
     "destination": [
      "obj-32",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-7",
      0
     ],
     "destination": [
      "obj-42",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-43",
      0
     ],
     "destination": [
      "obj-32",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-8",
      0
     ],
     "destination": [
      "obj-43",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-44",
      0
     ],
     "destination": [
      "obj-32",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-9",
      0
     ],
     "destination": [
      "obj-44",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-45",
      0
     ],
     "destination": [
      "obj-32",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-10",
      0
     ],
     "destination": [
      "obj-45",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-46",
      0
     ],
     "destination": [
      "obj-32",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-11",
      0
     ],
     "destination": [
      "obj-47",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-47",
      0
     ],
     "destination": [
      "obj-48",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-48",
      1
     ],
     "destination": [
      "obj-46",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-48",
      0
     ],
     "destination": [
      "obj-49",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-49",
      0
     ],
     "destination": [
      "obj-32",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-12",
      0
     ],
     "destination": [
      "obj-50",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-50",
      0
     ],
     "destination": [
      "obj-32",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-13",
      0
     ],
     "destination": [
      "obj-51",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-51",
      1
     ],
     "destination": [
      "obj-52",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-52",
      0
     ],
     "destination": [
      "obj-32",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-14",
      0
     ],
     "destination": [
      "obj-53",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-53",
      1
     ],
     "destination": [
      "obj-55",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-55",
      1
     ],
     "destination": [
      "obj-2",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-55",
      0
     ],
     "destination": [
      "obj-54",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-54",
      0
     ],
     "destination": [
      "obj-32",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-15",
      0
     ],
     "destination": [
      "obj-56",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-56",
      1
     ],
     "destination": [
      "obj-58",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-58",
      1
     ],
     "destination": [
      "obj-2",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-58",
      0
     ],
     "destination": [
      "obj-57",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-57",
      0
     ],
     "destination": [
      "obj-32",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-16",
      0
     ],
     "destination": [
      "obj-59",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-59",
      1
     ],
     "destination": [
      "obj-60",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-60",
      0
     ],
     "destination": [
      "obj-32",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-51",
      1
     ],
     "destination": [
      "obj-61",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-61",
      0
     ],
     "destination": [
      "obj-1",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-62",
      0
     ],
     "destination": [
      "obj-63",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-63",
      1
     ],
     "destination": [
      "obj-1",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-63",
      1
     ],
     "destination": [
      "obj-2",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-63",
      1
     ],
     "destination": [
      "obj-3",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-63",
      1
     ],
     "destination": [
      "obj-4",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-63",
      1
     ],
     "destination": [
      "obj-5",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-63",
      1
     ],
     "destination": [
      "obj-6",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-63",
      1
     ],
     "destination": [
      "obj-7",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-63",
      1
     ],
     "destination": [
      "obj-8",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-63",
      1
     ],
     "destination": [
      "obj-9",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-63",
      1
     ],
     "destination": [
      "obj-10",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-63",
      1
     ],
     "destination": [
      "obj-11",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-63",
      0
     ],
     "destination": [
      "obj-64",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-64",
      0
     ],
     "destination": [
      "obj-32",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-32",
      0
     ],
     "destination": [
      "obj-65",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-65",
      0
     ],
     "destination": [
      "obj-17",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-65",
      1
     ],
     "destination": [
      "obj-18",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-65",
      2
     ],
     "destination": [
      "obj-19",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-65",
      3
     ],
     "destination": [
      "obj-20",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-65",
      4
     ],
     "destination": [
      "obj-21",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-65",
      5
     ],
     "destination": [
      "obj-12",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-65",
      6
     ],
     "destination": [
      "obj-2",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-65",
      7
     ],
     "destination": [
      "obj-9",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-65",
      8
     ],
     "destination": [
      "obj-11",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-32",
      1
     ],
     "destination": [
      "obj-66",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-32",
      2
     ],
     "destination": [
      "obj-67",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-67",
      0
     ],
     "destination": [
      "obj-32",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-68",
      0
     ],
     "destination": [
      "obj-69",
      0
     ]
    }
   },
   {
    "patchline": {
     "source": [
      "obj-68",
      1
     ],
     "destination": [
      "obj-69",
      1
     ]
    }
   }
  ],
  "parameters": {
   "obj-1": [
    "Scene picture",
    "Scene picture",
    0
   ],
   "obj-2": [
    "Words",
    "Words",
    0
   ],
   "obj-3": [
    "Part",
    "Part",
    0
   ],
   "obj-4": [
    "Bars",
    "Bars",
    0
   ],
   "obj-5": [
    "Key",
    "Key",
    0
   ],
   "obj-6": [
    "Scale",
    "Scale",
    0
   ],
   "obj-7": [
    "Picture strength",
    "Picture strength",
    0
   ],
   "obj-8": [
    "Place in",
    "Place in",
    0
   ],
   "obj-9": [
    "Auto",
    "Auto",
    0
   ],
   "obj-10": [
    "Server port",
    "Server port",
    0
   ],
   "obj-11": [
    "Model",
    "Model",
    0
   ],
   "obj-13": [
    "No picture",
    "No picture",
    0
   ],
   "obj-14": [
    "Render",
    "Render",
    0
   ],
   "obj-15": [
    "Render row",
    "Render row",
    0
   ],
   "obj-16": [
    "Cancel",
    "Cancel",
    0
   ],
   "parameterbanks": {
    "0": {
     "index": 0,
     "name": "MeLFusion",
     "parameters": [
      "Part",
      "Bars",
      "Key",
      "Scale",
      "Picture strength",
      "Place in",
      "Auto",
      "-"
     ]
    }
   },
   "inherited_shortname": 1
  }
 }
}
