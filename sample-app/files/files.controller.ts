import { BadRequestException, Controller, Get, NotFoundException, Query, UseFilters } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblem } from '../http/api-problem.decorator.js';
import { EventDto } from '../http/event.dto.js';
import { ProjectionProblemFilter } from '../projections/projection-problem.filter.js';
import { ReadModels } from '../projections/read-models.js';
import { FileDto, FileHistoryDto, HistoryQueryDto, TreeDto, TreeQueryDto } from './files.dto.js';
import { gitPath } from './git/index.js';
import { ImportedHistory } from './imported-history.js';
import { CurrentTree } from './read-model/current-tree.js';
import { FILE_TREE } from './read-model/file-tree.projection.js';

@ApiTags('files')
@Controller('files')
@UseFilters(ProjectionProblemFilter)
export class FilesController {
  constructor(
    private readonly history: ImportedHistory,
    private readonly current: CurrentTree,
    private readonly readModels: ReadModels,
  ) {}

  @Get('tree')
  @ApiOperation({
    summary: 'Lists the files of a commit, as `git ls-tree -r` does',
    description: 'The current tree is a read model; that of a commit is folded from its events.',
  })
  @ApiOkResponse({ type: TreeDto })
  @ApiProblem(400, 'The commit is no full commit id')
  @ApiProblem(404, 'The commit is not imported: it does not exist, or is not on the first-parent line')
  @ApiProblem(503, 'The current tree has not come to the position `after` in time; see Retry-After')
  async tree(@Query() { commit, after }: TreeQueryDto): Promise<TreeDto> {
    if (commit === undefined) return this.#currentTree(after);
    const tree = await this.history.treeOf(commit);
    if (!tree) throw new NotFoundException(`The commit ${commit} is not imported`);
    return { commit, files: tree.entries().map((file) => FileDto.of(file)) };
  }

  @Get('history')
  @ApiOperation({ summary: 'Lists all that happened to a path' })
  @ApiOkResponse({ type: FileHistoryDto })
  @ApiProblem(400, 'There is no path, or there are two')
  @ApiProblem(404, 'No imported commit has a file at this path')
  async ofPath(@Query() { path, pathBase64, repository }: HistoryQueryDto): Promise<FileHistoryDto> {
    if ((path === undefined) === (pathBase64 === undefined)) {
      throw new BadRequestException('Either path or pathBase64 must be given');
    }
    const bytes = path === undefined ? Buffer.from(pathBase64 ?? '', 'base64') : Buffer.from(path, 'utf8');
    const { text } = gitPath(bytes);
    const events = await this.history.ofPath(repository ?? this.#defaultRepository(), bytes);
    if (events.length === 0)
      throw new NotFoundException(`No imported commit has a file ${JSON.stringify(text)}`);
    return { path: text, events: events.map((event) => EventDto.of(event)) };
  }

  async #currentTree(after: string | undefined): Promise<TreeDto> {
    const repository = this.#defaultRepository();
    await this.readModels.reach(FILE_TREE, after);
    const tree = await this.current.of(repository);
    if (!tree) throw new NotFoundException('No commit is imported yet, or none has reached the read model');
    return { commit: tree.commit, files: tree.files.map((file) => FileDto.of(file)) };
  }

  #defaultRepository(): string {
    const { defaultRepository } = this.history;
    if (defaultRepository !== null) return defaultRepository;
    throw new NotFoundException('No repository was imported at start; start with --git <path>');
  }
}
